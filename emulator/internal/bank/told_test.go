package bank_test

import (
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestTestModeBoundsAmountsAndMemosWhereItsQuotasAreOn(t *testing.T) {
	for name, c := range map[string]struct {
		t    bank.Transfer
		want error
	}{
		"999":                       {bank.Transfer{Amount: 999}, bank.ErrQuota},
		"1,000":                     {bank.Transfer{Amount: 1000}, nil},
		"499,000,000":               {bank.Transfer{Amount: 499_000_000}, nil},
		"499,000,001":               {bank.Transfer{Amount: 499_000_001}, bank.ErrQuota},
		"a memo of 200, with marks": {bank.Transfer{Amount: 1000, Content: text(strings.Repeat("ế", 200))}, nil},
		"a memo of 201":             {bank.Transfer{Amount: 1000, Content: text(strings.Repeat("e", 201))}, bank.ErrQuota},
	} {
		for quotas, want := range map[string]error{"on": c.want, setting.Off: nil} {
			s := build(t, map[string]string{string(setting.BankQuotas): quotas})
			s.open(bank.NewAccount{Bank: "MBBank"})
			_, err := s.try(c.t)
			refused(t, name+", quotas "+quotas, err, want)
		}
	}
}

func TestTestModeSimulates500TransfersADayInVietnam(t *testing.T) {
	s := build(t, map[string]string{string(setting.BankQuotas): "on"})
	s.open(bank.NewAccount{Bank: "MBBank"})
	s.move(bank.Transfer{Amount: 1000, At: at.AddDate(0, 0, -1)}) // is of another day
	for range 500 {
		s.move(bank.Transfer{Amount: 1000})
	}
	_, err := s.try(bank.Transfer{Amount: 1000})
	refused(t, "the 501st", err, bank.ErrQuota)
	if err := s.clock.Advance(t.Context(), 13*time.Hour+39*time.Minute+30*time.Second); err != nil { // to 23:59:59
		t.Fatal(err)
	}
	_, err = s.try(bank.Transfer{Amount: 1000})
	refused(t, "before midnight", err, bank.ErrQuota)
	if err := s.clock.Advance(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	_, err = s.try(bank.Transfer{Amount: 1000})
	refused(t, "at midnight", err, nil)
}

func TestHabitsArePlayedWhereTheTransferOrTheSettingSaysSo(t *testing.T) {
	yes, no := true, false
	for name, c := range map[string]struct {
		setting string
		t       bank.Transfer
		want    bool
	}{
		"ideal":                           {setting.MemoIdeal, bank.Transfer{}, false},
		"ideal, and the transfer says so": {setting.MemoIdeal, bank.Transfer{Habits: &yes}, true},
		"ideal, and a sender":             {setting.MemoIdeal, bank.Transfer{From: "other_bank"}, true},
		"habits":                          {setting.MemoHabits, bank.Transfer{}, true},
		"habits, and the transfer denies": {setting.MemoHabits, bank.Transfer{Habits: &no}, false},
		"habits, and money that goes":     {setting.MemoHabits, bank.Transfer{Direction: store.Out}, false},
	} {
		s := build(t, map[string]string{string(setting.BankMemo): c.setting})
		s.open(bank.NewAccount{Bank: "VPBank"})
		c.t.Amount, c.t.Content = 1000, text("DH-123 ban")
		r := s.move(c.t)
		if (r.Written != nil) != c.want || (r.Transaction.Content == "DH-123 ban") == c.want {
			t.Errorf("%s: %q, %+v", name, r.Transaction.Content, r.Written)
		}
		if c.want && (r.Written.Typed != "DH-123 ban" || !strings.Contains(r.Transaction.Content, "DH123 ban") || !strings.HasPrefix(r.Transaction.Reference, "FT") || r.Transaction.Code != "DH123") {
			t.Errorf("%s: %+v", name, r.Transaction)
		}
	}
}

func TestTheCompanysSettingGoesBeforeTheEmulators(t *testing.T) {
	s := build(t, nil)
	s.open(bank.NewAccount{Bank: "VPBank"})
	s.update(func(w store.Writer) error {
		c := company(t, w, "shop")
		c.Settings = map[string]string{string(setting.BankMemo): setting.MemoHabits}
		return store.Companies.Put(w, c)
	})
	if r := s.move(bank.Transfer{Amount: 1000}); r.Written == nil {
		t.Error("no habits")
	}
}

func TestASenderThatTheBankHasNoFormForIsRefused(t *testing.T) {
	s := build(t, nil)
	s.open(bank.NewAccount{Bank: "BIDV", Type: store.Enterprise})
	_, err := s.try(bank.Transfer{Amount: 1000, From: "wallet"})
	refused(t, "a wallet to BIDV", err, bank.ErrInvalid)
}

func TestWhenATransferHappenedIsToldAsTheSettingSays(t *testing.T) {
	minute := at.Truncate(time.Minute)
	for clock, want := range map[string][2]time.Time{ // without habits, with them
		setting.TimeAsMemo: {at, minute},
		setting.TimeBank:   {minute, minute},
		setting.TimeSecond: {at, at},
	} {
		for i, memo := range []string{setting.MemoIdeal, setting.MemoHabits} {
			s := build(t, map[string]string{string(setting.BankTime): clock, string(setting.BankMemo): memo})
			s.open(bank.NewAccount{Bank: "MBBank"})
			if r := s.move(bank.Transfer{Amount: 1000}); !r.Transaction.Date.Equal(want[i]) {
				t.Errorf("%s, %s: %s", clock, memo, r.Transaction.Date)
			} else if r.Written != nil && r.Written.Minute != want[i].Equal(minute) {
				t.Errorf("%s, %s: the full minute is %v", clock, memo, r.Written.Minute)
			}
			if r := s.move(bank.Transfer{Amount: 1000, Direction: store.Out}); !r.Transaction.Date.Equal(at) {
				t.Errorf("%s, %s, money that goes: %s", clock, memo, r.Transaction.Date)
			}
		}
	}
}

func TestAReferenceThatIsGivenGoesBeforeTheBanks(t *testing.T) {
	s := build(t, map[string]string{string(setting.BankMemo): setting.MemoHabits})
	s.open(bank.NewAccount{Bank: "MBBank"})
	if r := s.move(bank.Transfer{Amount: 1000, Reference: text("MINE")}); r.Transaction.Reference != "MINE" {
		t.Error(r.Transaction.Reference)
	}
}

func TestTheSameSeedTellsTheSame(t *testing.T) {
	tell := func() bank.Receipt {
		s := build(t, map[string]string{string(setting.BankMemo): setting.MemoHabits})
		s.open(bank.NewAccount{Bank: "MBBank"})
		return s.move(bank.Transfer{Amount: 1000, Content: text("DH123")})
	}
	build(t, nil).same("another time", tell(), tell())
}

func TestABankThatTellsTheSecondDoesNotTellTheFullMinute(t *testing.T) {
	s := build(t, map[string]string{string(setting.BankTime): setting.TimeBank, string(setting.BankMemo): setting.MemoHabits})
	s.open(bank.NewAccount{Bank: "ACB"})
	if r := s.move(bank.Transfer{Amount: 1000}); r.Written.Minute || !r.Transaction.Date.Equal(at) {
		t.Errorf("%s, %+v", r.Transaction.Date, r.Written)
	}
}
