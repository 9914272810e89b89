package bank_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// Money is neither made nor lost: the balance is the opening one and the sum of
// what came and went, whatever was refused between.
func TestTheBalanceIsTheSumOfWhatWasTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := build(t, nil)
		name := rapid.SampledFrom([]string{"MBBank", "VietinBank"}).Draw(t, "bank")
		opening := rapid.Int64Range(0, 1e9).Draw(t, "opening")
		yes := true
		a := s.open(bank.NewAccount{Bank: name, Balance: opening, ReportsBalance: &yes})
		balance, known, recorded := opening, opening, 0
		for range rapid.IntRange(1, 12).Draw(t, "transfers") {
			amount := rapid.Int64Range(-10, 1e8).Draw(t, "amount")
			way := rapid.SampledFrom([]store.TransferType{store.In, store.Out}).Draw(t, "direction")
			memo := rapid.SampledFrom([]string{"SEVQR DH123", "dh999", ""}).Draw(t, "memo")
			r, err := s.try(bank.Transfer{Direction: way, Amount: amount, Content: &memo})
			if (err == nil) != (amount > 0) {
				t.Fatalf("%d: %v", amount, err)
			}
			if err != nil {
				continue
			}
			silent := name == "VietinBank" && way == store.In && !strings.Contains(memo, "SEVQR")
			if r.Recorded == silent {
				t.Fatalf("%s, %s, %q: recorded %v", name, way, memo, r.Recorded)
			}
			if way == store.Out {
				amount = -amount
			}
			balance += amount
			if !silent {
				known = max(0, known+amount)
				recorded++
				if r.Transaction.Accumulated != known {
					t.Fatalf("the transaction says %d, want %d", r.Transaction.Accumulated, known)
				}
			}
		}
		if now := s.account(a.ID); now.Balance != balance || now.Accumulated != known {
			t.Fatalf("%d and %d, want %d and %d", now.Balance, now.Accumulated, balance, known)
		}
		if page := s.transactions(); page.Total != recorded {
			t.Fatalf("%d transactions, want %d", page.Total, recorded)
		}
	})
}

func (s *setup) transactions() (page store.Page[store.Transaction]) {
	s.Helper()
	err := s.store.View(context.Background(), func(r store.Reader) (err error) {
		page, err = store.ListTransactions(r, store.TransactionFilter{Company: "shop"}, store.Window{Limit: 1000})
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return page
}

func TestARecordHasWhatTheBankTells(t *testing.T) {
	s := build(t, nil)
	a := s.open(bank.NewAccount{Bank: "MBBank", AccountNumber: "0123", Balance: 500})
	got := s.move(bank.Transfer{Amount: 2000, Content: text("dh123456 ban"), Reference: text("FT1")}).Transaction
	want := store.Transaction{
		ID: 90000001, XID: got.XID, Company: "shop", BankAccountID: a.ID, BankAccountXID: a.XID, Gateway: "MBBank", AccountNumber: "0123", Date: at, CreatedAt: at,
		TransferType: store.In, Amount: 2000, Accumulated: s.account(a.ID).Accumulated, Content: "dh123456 ban", Description: "BankAPINotify dh123456 ban", Reference: "FT1", Code: "DH123456",
	}
	s.same("transaction", want, got)
	if now := s.account(a.ID); got.XID == "" || now.Balance != 2500 || !now.LastTransaction.Equal(at) {
		t.Errorf("%q, %+v", got.XID, now)
	}
	if rows := s.transactions().Rows; len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	} else {
		s.same("stored", want, rows[0])
	}
}

func TestWithoutAMemoTheTextIsTestModesAndAnEmptyOneStays(t *testing.T) {
	s := build(t, nil)
	s.open(bank.NewAccount{Bank: "MBBank"})
	r := s.move(bank.Transfer{Amount: 1000}).Transaction
	if r.Content != "Giao dich sandbox 08/06/2026 10:20:29" || !strings.HasPrefix(r.Reference, "SB") || len(r.Reference) != 14 {
		t.Errorf("%q %q", r.Content, r.Reference)
	}
	r = s.move(bank.Transfer{Amount: 1000, Content: text(""), Reference: text("")}).Transaction
	if r.Content != "" || r.Reference != "" {
		t.Errorf("%q %q", r.Content, r.Reference)
	}
}

func TestPaymentCodesAreRecognisedWhereTheCompanyWantsIt(t *testing.T) {
	s := build(t, nil)
	s.open(bank.NewAccount{Bank: "MBBank"})
	s.update(func(w store.Writer) error {
		c := company(t, w, "shop")
		c.Configurations.PayCode = false
		return store.Companies.Put(w, c)
	})
	if code := s.move(bank.Transfer{Amount: 1000, Content: text("DH123")}).Transaction.Code; code != "" {
		t.Errorf("switched off: %q", code)
	}
}

func TestWhatNoBankWouldMoveIsRefusedAndChangesNothing(t *testing.T) {
	s := build(t, nil)
	a := s.open(bank.NewAccount{Bank: "MBBank", AccountNumber: "1", Balance: 100})
	off := s.open(bank.NewAccount{Bank: "MBBank", AccountNumber: "2"})
	vaOff := s.openVA(a, bank.NewVA{Official: true, Number: "VAOFF"})
	s.openVA(a, bank.NewVA{Official: true, Number: "VAON"})
	s.update(func(w store.Writer) error {
		off.Active, vaOff.Active = false, false
		return errors.Join(store.BankAccounts.Put(w, off), store.VirtualAccounts.Put(w, vaOff))
	})
	rich := s.open(bank.NewAccount{Bank: "MBBank", AccountNumber: "3", Balance: input.MaxBalance})
	last := s.store.Facts().Last()
	for name, c := range map[string]struct {
		t    bank.Transfer
		want error
	}{
		"another direction":                {bank.Transfer{Direction: "up", Amount: 1}, bank.ErrInvalid},
		"nothing":                          {bank.Transfer{}, bank.ErrInvalid},
		"less than nothing":                {bank.Transfer{Amount: -1}, bank.ErrInvalid},
		"more than there is":               {bank.Transfer{Amount: input.MaxAmount + 1}, bank.ErrInvalid},
		"a memo that is no text":           {bank.Transfer{Amount: 1, Content: text("\xff")}, bank.ErrInvalid},
		"a reference that is no text":      {bank.Transfer{Amount: 1, Reference: text("\xff")}, bank.ErrInvalid},
		"the future":                       {bank.Transfer{Amount: 1, At: at.Add(time.Second)}, bank.ErrInvalid},
		"an account that is off":           {bank.Transfer{Amount: 1, Account: "2"}, bank.ErrInvalid},
		"a virtual account that is off":    {bank.Transfer{Amount: 1, VA: "VAOFF"}, bank.ErrInvalid},
		"a virtual account of another one": {bank.Transfer{Amount: 1, VA: "VAON", Account: "3"}, bank.ErrInvalid},
		"a balance beyond the bound":       {bank.Transfer{Amount: 1, Account: "3"}, bank.ErrInvalid},
		"an unknown account":               {bank.Transfer{Amount: 1, Account: "9"}, bank.ErrNotFound},
		"an unknown virtual account":       {bank.Transfer{Amount: 1, VA: "9"}, bank.ErrNotFound},
		"an unknown company":               {bank.Transfer{Amount: 1, Company: "none"}, bank.ErrNotFound},
		"a company without an account":     {bank.Transfer{Amount: 1, Company: "other"}, bank.ErrNotFound},
		"an unknown sender":                {bank.Transfer{Amount: 1, From: "cash"}, bank.ErrInvalid},
		"a sender, and no habits":          {bank.Transfer{Amount: 1, From: "wallet", Habits: new(bool)}, bank.ErrInvalid},
	} {
		_, err := s.try(c.t)
		refused(t, name, err, c.want)
	}
	if s.account(a.ID).Balance != 100 || s.account(rich.ID).Balance != input.MaxBalance || s.transactions().Total != 0 || s.store.Facts().Last() != last {
		t.Errorf("%+v, %d transactions", s.account(a.ID), s.transactions().Total)
	}
}

func TestMoneyGoesWhereTheTransferSays(t *testing.T) {
	s := build(t, nil)
	first := s.open(bank.NewAccount{Bank: "MBBank", AccountNumber: "1"})
	second := s.open(bank.NewAccount{Bank: "TPBank", AccountNumber: "2"})
	s.openVA(first, bank.NewVA{Official: true, Number: "VA1"})
	s.openVA(second, bank.NewVA{Number: "AB1"})
	s.openVA(second, bank.NewVA{Number: "AB2"})
	off := s.openVA(second, bank.NewVA{Number: "OFF"})
	off.Active = false
	s.update(func(w store.Writer) error { return store.VirtualAccounts.Put(w, off) })
	for name, c := range map[string]struct {
		t                    bank.Transfer
		account, va, content string
	}{
		"nothing said, the first account": {bank.Transfer{Content: text("x")}, "1", "", "x"},
		"the account":                     {bank.Transfer{Account: "2", Content: text("x")}, "2", "", "x"},
		"an official virtual account":     {bank.Transfer{VA: "VA1", Content: text("x")}, "1", "VA1", "x"},
		"a memo account by its code":      {bank.Transfer{VA: "AB1", Content: text("x")}, "2", "AB1", "TKPAB1 x"},
		"a memo account with its mark":    {bank.Transfer{VA: "TKPAB1", Content: text("x")}, "2", "AB1", "TKPAB1 x"},
		"with the mark in the memo":       {bank.Transfer{VA: "AB1", Content: text("x TKPAB1")}, "2", "AB1", "x TKPAB1"},
		"an empty memo":                   {bank.Transfer{VA: "AB1", Content: text("")}, "2", "AB1", "TKPAB1"},
		"the memo alone, in any case":     {bank.Transfer{Account: "2", Content: text("pay tkpab2 x")}, "2", "AB2", "pay tkpab2 x"},
		"the first of two in the memo":    {bank.Transfer{Account: "2", Content: text("TKPAB2 TKPAB1")}, "2", "AB2", "TKPAB2 TKPAB1"},
		"one that is off in the memo":     {bank.Transfer{Account: "2", Content: text("TKPOFF")}, "2", "", "TKPOFF"},
		"a mark for another account":      {bank.Transfer{Account: "1", Content: text("TKPAB1")}, "1", "", "TKPAB1"},
	} {
		c.t.Amount = 1000
		r := s.move(c.t)
		tr := r.Transaction
		if tr.AccountNumber != c.account || tr.SubAccount != c.va || (tr.VirtualAccountXID != "") != (c.va != "") || tr.Content != c.content || r.Account.AccountNumber != c.account {
			t.Errorf("%s: account %s, virtual %q, %q", name, tr.AccountNumber, tr.SubAccount, tr.Content)
		}
	}
}

func TestATransferThatTwoCompaniesCouldMeanNeedsTheCompany(t *testing.T) {
	s := build(t, nil)
	for _, id := range []string{"shop", "other"} {
		if _, err := s.tryOpen(id, bank.NewAccount{Bank: "MBBank", AccountNumber: "1"}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.try(bank.Transfer{Amount: 1000, Account: "1"})
	refused(t, "without", err, bank.ErrInvalid)
	if r := s.move(bank.Transfer{Amount: 1000, Account: "1", Company: "other"}); r.Company.ID != "other" {
		t.Errorf("it went to %s", r.Company.ID)
	}
	s.update(func(w store.Writer) error {
		c := company(t, w, "other")
		c.OtherSide = true
		return store.Companies.Put(w, c)
	})
	if r := s.move(bank.Transfer{Amount: 1000}); r.Company.ID != "shop" {
		t.Errorf("without any name it went to %s", r.Company.ID)
	}
}

func TestVietinBankTellsOfAnIndividualsMoneyOnlyWithSEVQR(t *testing.T) {
	for name, c := range map[string]struct {
		kind store.AccountType
		way  store.TransferType
		memo string
		want bool
	}{
		"without":                {store.Personal, store.In, "DH123", false},
		"with, in lower case":    {store.Personal, store.In, "sevqr DH123", true},
		"a household's":          {store.Household, store.In, "DH123", false},
		"an enterprise's":        {store.Enterprise, store.In, "DH123", true},
		"money that goes":        {store.Personal, store.Out, "DH123", true},
		"glued to another word":  {store.Personal, store.In, "xSEVQRx", true},
		"a part of it in a word": {store.Personal, store.In, "SEV QR", false},
	} {
		s := build(t, nil)
		a := s.open(bank.NewAccount{Bank: "VietinBank", Type: c.kind, Balance: 5000})
		r := s.move(bank.Transfer{Amount: 1000, Direction: c.way, Content: &c.memo})
		balance := map[store.TransferType]int64{store.In: 6000, store.Out: 4000}[c.way]
		if r.Recorded != c.want || (r.Reason == "") != c.want || s.account(a.ID).Balance != balance || (s.transactions().Total == 1) != c.want {
			t.Errorf("%s: recorded %v, %q, balance %d", name, r.Recorded, r.Reason, s.account(a.ID).Balance)
		}
		told := s.store.Facts().After(fact.Filter{Type: fact.Finding}, 0, 10)
		if (len(told) == 0) != c.want {
			t.Errorf("%s: %d findings", name, len(told))
		}
		for _, x := range told {
			if f, _ := finding.Of(x); f.Code != "bank.not_notified" || f.Severity != finding.Warning || f.Company != "shop" {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

func TestTheFactOfATransferHasNoCredentialsAndNoBodies(t *testing.T) {
	s := build(t, nil)
	s.open(bank.NewAccount{Bank: "MBBank"})
	s.update(func(w store.Writer) error {
		_, err := s.bank.Outbox.Register(w, company(t, w, "shop"), store.Webhook{URL: "http://localhost/", Active: true})
		return err
	})
	r := s.move(bank.Transfer{Amount: 1000, Content: text("DH123")})
	if len(r.Deliveries) != 1 || len(r.Deliveries[0].Body) == 0 || !r.Transaction.HasWebhook {
		t.Fatalf("%+v", r)
	}
	told := s.store.Facts().After(fact.Filter{Type: fact.Transaction}, 0, 10)
	if len(told) != 1 || told[0].Subject != "transaction 90000001" || told[0].Company != "shop" || !told[0].At.Equal(at) {
		t.Fatalf("%+v", told)
	}
	data := told[0].Data.(bank.Receipt)
	s.same("company", store.Company{ID: "shop"}, data.Company)
	s.same("deliveries", []store.Delivery{{ID: 1, WebhookID: 1, Status: store.Queued}}, data.Deliveries)
	s.same("transaction", r.Transaction, data.Transaction)
}

func TestAPastTransferTellsNoWebhookAndHasNoQuota(t *testing.T) {
	s := build(t, map[string]string{string(setting.BankQuotas): "on"})
	a := s.open(bank.NewAccount{Bank: "MBBank"})
	s.update(func(w store.Writer) error {
		_, err := s.bank.Outbox.Register(w, company(t, w, "shop"), store.Webhook{URL: "http://localhost/", Active: true})
		return err
	})
	r := s.move(bank.Transfer{Amount: 1, Past: true, At: at.AddDate(-1, 0, 0)})
	if len(r.Deliveries) != 0 || r.Transaction.HasWebhook || !r.Transaction.Date.Equal(at.AddDate(-1, 0, 0)) || !r.Recorded {
		t.Errorf("%+v", r)
	}
	s.move(bank.Transfer{Amount: 1000, At: at.AddDate(0, 0, -1)})
	s.move(bank.Transfer{Amount: 1, Past: true, At: at.AddDate(0, 0, -2)})
	if last := s.account(a.ID).LastTransaction; !last.Equal(at.AddDate(0, 0, -1)) {
		t.Errorf("the last transaction was %s", last)
	}
}
