package bank_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestAnAccountOfWhichOnlyTheBankIsSaidIsDerivedFromTheSeed(t *testing.T) {
	open := func(seed derive.Seed) store.BankAccount {
		s := build(t, nil)
		s.bank.Seed = seed
		return s.open(bank.NewAccount{Bank: "mbbank"})
	}
	a, again, another := open(1), open(1), open(2)
	if !regexp.MustCompile(`^\d{10}$`).MatchString(a.AccountNumber) || !regexp.MustCompile(`^[A-Z]+ [A-Z]+ [A-Z]+$`).MatchString(a.AccountHolderName) {
		t.Errorf("%+v", a)
	}
	if a.Bank != "MBBank" || a.AccountType != store.Personal || !a.Active || a.Company != "shop" || !a.CreatedAt.Equal(at) {
		t.Errorf("%+v", a)
	}
	if a != again {
		t.Errorf("the same seed: %+v, then %+v", a, again)
	}
	if a.AccountNumber == another.AccountNumber || a.XID == another.XID {
		t.Errorf("another seed: %+v", another)
	}
}

func TestTheHolderIsNamedAfterTheType(t *testing.T) {
	s := build(t, nil)
	for kind, want := range map[store.AccountType]string{store.Enterprise: "CONG TY TNHH TEST ", store.Household: "HO KINH DOANH TEST "} {
		if a := s.open(bank.NewAccount{Bank: "MBBank", Type: kind}); !strings.HasPrefix(a.AccountHolderName, want) {
			t.Errorf("%s: %q", kind, a.AccountHolderName)
		}
	}
}

func TestWhatNoBankWouldOpenIsRefused(t *testing.T) {
	s := build(t, nil)
	s.open(bank.NewAccount{Bank: "MBBank", AccountNumber: "0123"})
	for name, c := range map[string]struct {
		company string
		n       bank.NewAccount
		want    error
	}{
		"an unknown bank":               {"shop", bank.NewAccount{Bank: "MB Banc"}, bank.ErrNotFound},
		"an unknown type":               {"shop", bank.NewAccount{Bank: "MBBank", Type: "joint"}, bank.ErrInvalid},
		"a number with a blank":         {"shop", bank.NewAccount{Bank: "MBBank", AccountNumber: "01 23"}, bank.ErrInvalid},
		"55 digits":                     {"shop", bank.NewAccount{Bank: "MBBank", AccountNumber: strings.Repeat("1", 55)}, nil},
		"56 digits":                     {"shop", bank.NewAccount{Bank: "MBBank", AccountNumber: strings.Repeat("1", 56)}, bank.ErrInvalid},
		"a number that it has already":  {"shop", bank.NewAccount{Bank: "ACB", AccountNumber: "0123"}, bank.ErrInvalid},
		"a number of another company's": {"other", bank.NewAccount{Bank: "ACB", AccountNumber: "0123"}, nil},
	} {
		_, err := s.tryOpen(c.company, c.n)
		refused(t, name, err, c.want)
	}
}

func TestAnErrorOfTheBankHasAHint(t *testing.T) {
	s := build(t, nil)
	_, err := s.tryOpen("shop", bank.NewAccount{Bank: "MBBank", AccountNumber: "#"})
	var e *bank.Error
	if !errors.As(err, &e) || !errors.Is(e, bank.ErrInvalid) || e.Advice() == "" || e.Error() != `account number "#": want 1 to 55 letters or digits` {
		t.Errorf("%v", err)
	}
}

func TestWhetherSePayKnowsTheBalanceIsTheBanksUnlessItIsSaid(t *testing.T) {
	yes, no := true, false
	for name, c := range map[string]struct {
		n    bank.NewAccount
		want bool
	}{
		"VietinBank for an individual":  {bank.NewAccount{Bank: "VietinBank"}, true},
		"VietinBank for a household":    {bank.NewAccount{Bank: "VietinBank", Type: store.Household}, true},
		"VietinBank for an enterprise":  {bank.NewAccount{Bank: "VietinBank", Type: store.Enterprise}, false},
		"BIDV, which does not":          {bank.NewAccount{Bank: "BIDV"}, false},
		"BIDV where it is said":         {bank.NewAccount{Bank: "BIDV", ReportsBalance: &yes}, true},
		"VietinBank where it is denied": {bank.NewAccount{Bank: "VietinBank", ReportsBalance: &no}, false},
	} {
		c.n.Balance = 5000
		a := build(t, nil).open(c.n)
		want := map[bool]int64{true: 5000}[c.want]
		if a.ReportsBalance != c.want || a.Accumulated != want || a.Balance != 5000 {
			t.Errorf("%s: reports %v, %d of %d", name, a.ReportsBalance, a.Accumulated, a.Balance)
		}
	}
}

// The two sorts of virtual accounts at each bank, for individuals, enterprises
// and households: o is official, m is memo.
func TestWhichVirtualAccountsABankHas(t *testing.T) {
	for name, want := range map[string][3]string{
		"ACB": {"o", "o", "o"}, "BIDV": {"o", "o", "o"}, "MBBank": {"o", "o", "o"}, "OCB": {"o", "o", "o"}, "MSB": {"o", "o", "o"}, "KienLongBank": {"o", "o", "o"},
		"VPBank": {"o", "m", "o"}, "Sacombank": {"o", "", "o"}, "VietinBank": {"m", "o", "m"}, "TPBank": {"m", "m", "m"}, "Vietcombank": {"", "", ""},
	} {
		for i, kind := range []store.AccountType{store.Personal, store.Enterprise, store.Household} {
			s := build(t, nil)
			a := s.open(bank.NewAccount{Bank: name, Type: kind})
			_, official := s.tryVA(a, bank.NewVA{Official: true})
			_, memo := s.tryVA(a, bank.NewVA{})
			have := map[bool]string{true: "o"}[official == nil] + map[bool]string{true: "m"}[memo == nil]
			if have != want[i] || bank.TakesVA(a) != (official == nil) {
				t.Errorf("%s, %s: %q, want %q (%v; %v)", name, kind, have, want[i], official, memo)
			}
		}
	}
}

func TestMoneyReachesTheseAccountsThroughAVirtualAccountOnly(t *testing.T) {
	for name, want := range map[string][3]bool{
		"OCB": {true, true, true}, "MSB": {true, true, true}, "KienLongBank": {true, true, true}, "BIDV": {true, false, true}, "MBBank": {}, "VietinBank": {},
	} {
		for i, kind := range []store.AccountType{store.Personal, store.Enterprise, store.Household} {
			s := build(t, nil)
			a := s.open(bank.NewAccount{Bank: name, Type: kind})
			_, err := s.try(bank.Transfer{Amount: 1000, Content: text("SEVQR")})
			if (err != nil) != want[i] || bank.NeedsVA(a) != want[i] {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
			if want[i] {
				va := s.openVA(a, bank.NewVA{Official: true})
				if _, err := s.try(bank.Transfer{Amount: 1000, VA: va.Number}); err != nil {
					t.Errorf("%s, %s, through one: %v", name, kind, err)
				}
			}
		}
	}
}

func TestTheNumberOfAVirtualAccount(t *testing.T) {
	s := build(t, nil)
	official, memo := s.open(bank.NewAccount{Bank: "MBBank"}), s.open(bank.NewAccount{Bank: "TPBank"})
	if va := s.openVA(official, bank.NewVA{Official: true}); !regexp.MustCompile(`^SBSEPAY[0-9A-Z]{12}$`).MatchString(va.Number) || va.SubHolderName != official.AccountHolderName || va.BankAccountXID != official.XID {
		t.Errorf("%+v", va)
	}
	if va := s.openVA(memo, bank.NewVA{}); !regexp.MustCompile(`^[0-9A-Z]{3}$`).MatchString(va.Number) || va.Official {
		t.Errorf("%+v", va)
	}
	for _, c := range []struct {
		name string
		a    store.BankAccount
		n    bank.NewVA
		want error
	}{
		{"a number of its own", official, bank.NewVA{Official: true, Number: "VQR1"}, nil},
		{"the same once more", official, bank.NewVA{Official: true, Number: "VQR1"}, bank.ErrInvalid},
		{"lower case", official, bank.NewVA{Official: true, Number: "vqr2"}, bank.ErrInvalid},
		{"55 characters", official, bank.NewVA{Official: true, Number: strings.Repeat("A", 55)}, nil},
		{"56 characters", official, bank.NewVA{Official: true, Number: strings.Repeat("A", 56)}, bank.ErrInvalid},
		{"a code of three", memo, bank.NewVA{Number: "AB1"}, nil},
		{"a code of two", memo, bank.NewVA{Number: "AB"}, bank.ErrInvalid},
		{"a code of four", memo, bank.NewVA{Number: "AB12"}, bank.ErrInvalid},
		{"a code that exists", memo, bank.NewVA{Number: "AB1"}, bank.ErrInvalid},
	} {
		_, err := s.tryVA(c.a, c.n)
		refused(t, c.name, err, c.want)
	}
}

func TestTheQuotasOfTestModeHoldOnlyWhereTheyAreSwitchedOn(t *testing.T) {
	for quotas, want := range map[string]error{"on": bank.ErrQuota, setting.Off: nil} {
		s := build(t, map[string]string{string(setting.BankQuotas): quotas})
		a := s.open(bank.NewAccount{Bank: "MBBank"})
		for range 49 {
			s.open(bank.NewAccount{Bank: "MBBank"})
		}
		_, err := s.tryOpen("shop", bank.NewAccount{Bank: "MBBank"})
		refused(t, "the 51st account, quotas "+quotas, err, want)
		_, err = s.tryOpen("other", bank.NewAccount{Bank: "MBBank"})
		refused(t, "the first of another company, quotas "+quotas, err, nil)
		for range 100 {
			s.openVA(a, bank.NewVA{Official: true})
		}
		_, err = s.tryVA(a, bank.NewVA{Official: true})
		refused(t, "the 101st virtual account, quotas "+quotas, err, want)
	}
}
