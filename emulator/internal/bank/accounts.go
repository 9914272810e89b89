package bank

import (
	"errors"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	"github.com/localsepay/localsepay/openapi/input"
)

// The test mode's quotas of one company.
const (
	maxTestAccounts = 50
	maxTestVAs      = 100
)

// NewAccount describes the account to open; empty fields are derived.
type NewAccount struct {
	// Bank is a bank's name, as [vietqr.Lookup] takes it.
	Bank          string
	AccountNumber string
	Holder        string
	Type          store.AccountType
	Label         string
	// Balance is the opening balance in VND.
	Balance int64
	// ReportsBalance says whether notices carry the account's balance; nil uses
	// the bank's default.
	ReportsBalance *bool
}

// longestNumber is the length limit of a QR code's payload: no SePay page has a
// shorter one.
const longestNumber = 55

const lowerLetters = "abcdefghijklmnopqrstuvwxyz"

// madeOf says that a text has the length and only characters of an alphabet.
func madeOf(alphabet, text string, least, most int) bool {
	return least <= len(text) && len(text) <= most && strings.Trim(text, alphabet) == ""
}

// OpenAccount opens an account of a company.
func (b *Bank) OpenAccount(w store.Writer, c store.Company, n NewAccount) (store.BankAccount, error) {
	bank, ok := vietqr.Lookup(n.Bank)
	if !ok {
		return store.BankAccount{}, input.At(notFound(vietqr.Suggest(n.Bank), "there is no bank %q", n.Bank), "bank")
	}
	held, err := store.BankAccountByCompany.Count(w, c.ID)
	if err != nil {
		return store.BankAccount{}, err
	}
	if b.limits(c) && held >= maxTestAccounts {
		return store.BankAccount{}, quota("test mode allows %d bank accounts", maxTestAccounts)
	}
	id, err := store.BankAccounts.NextID(w)
	if err != nil {
		return store.BankAccount{}, err
	}
	a := store.BankAccount{
		ID: id, XID: b.Seed.UUID("account", id, b.Now()), Company: c.ID,
		Bank: bank.ShortName, AccountNumber: n.AccountNumber, AccountHolderName: n.Holder,
		AccountType: n.Type, Label: n.Label, Active: true, Balance: n.Balance, CreatedAt: b.Now(),
	}
	if a.AccountType == "" {
		a.AccountType = store.Personal
	}
	if a.AccountNumber == "" {
		a.AccountNumber = b.Seed.Text("account", id, derive.Digits, 10)
	}
	if a.AccountHolderName == "" {
		a.AccountHolderName = b.holder(a.AccountType, id)
	}
	if a.ReportsBalance = reportsBalance(&a); n.ReportsBalance != nil {
		a.ReportsBalance = *n.ReportsBalance
	}
	if a.ReportsBalance {
		a.Accumulated = a.Balance
	}
	if err := checkAccount(w, a); err != nil {
		return a, err
	}
	return a, store.BankAccounts.Put(w, a)
}

func checkAccount(w store.Writer, a store.BankAccount) error {
	switch a.AccountType {
	case store.Personal, store.Enterprise, store.Household:
	default:
		return input.At(invalid(input.Hint(string(a.AccountType), []string{"personal", "enterprise", "household"}), "account_type cannot be %q", a.AccountType), "account_type")
	}
	if !madeOf(derive.UpperAlnum+lowerLetters, a.AccountNumber, 1, longestNumber) {
		return input.At(invalid("quote it in YAML, so that leading zeros stay", "account number %q: want 1 to 55 letters or digits", a.AccountNumber), "account_number")
	}
	if _, err := store.BankAccountByNumber.Find(w, store.Scope(a.Company, a.AccountNumber)); err == nil {
		return input.At(invalid("", "company %s has an account %s already", a.Company, a.AccountNumber), "account_number")
	}
	return nil
}

// holder returns a name in the form that test mode uses for the account type.
func (b *Bank) holder(t store.AccountType, id int64) string {
	switch t {
	case store.Enterprise:
		return "CONG TY TNHH TEST " + b.Seed.Text("holder", id, derive.UpperHex, 6)
	case store.Household:
		return "HO KINH DOANH TEST " + b.Seed.Text("holder", id, derive.UpperHex, 6)
	}
	family := derive.Pick(b.Seed, "holder.family", id, []string{"NGUYEN", "TRAN", "LE", "PHAM", "HOANG", "VU", "DANG", "BUI"})
	middle := derive.Pick(b.Seed, "holder.middle", id, []string{"VAN", "THI", "MINH", "QUOC", "NGOC", "HOANG"})
	given := derive.Pick(b.Seed, "holder.given", id, []string{"AN", "BINH", "CHAU", "DUNG", "HANH", "KHANH", "LINH", "PHUC", "TRANG"})
	return family + " " + middle + " " + given
}

// NewVA describes the virtual account to open; empty fields are derived.
type NewVA struct {
	Number, Label string
	// Official is true for an account number of its own, false for a memo code.
	Official bool
}

// memoCode is the length of a memo code; an official number may be as long as a
// QR code allows (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/tao-va).
const memoCode = 3

// OpenVA opens a virtual account of an account.
func (b *Bank) OpenVA(w store.Writer, c store.Company, a store.BankAccount, n NewVA) (store.VirtualAccount, error) {
	if !takesVA(&a, n.Official) {
		sort := map[bool]string{true: "official", false: "memo (TKP)"}[n.Official]
		return store.VirtualAccount{}, invalid("official: ACB, BIDV, MBBank, OCB, MSB, KienLongBank …; memo: TPBank, VietinBank, VPBank", "%s has no %s virtual accounts for %s accounts", a.Bank, sort, a.AccountType)
	}
	held, err := store.VirtualAccountByAccount.Count(w, a.XID)
	if err != nil {
		return store.VirtualAccount{}, err
	}
	if b.limits(c) && held >= maxTestVAs {
		return store.VirtualAccount{}, quota("test mode allows %d virtual accounts an account", maxTestVAs)
	}
	id, err := store.VirtualAccounts.NextID(w)
	if err != nil {
		return store.VirtualAccount{}, err
	}
	v := store.VirtualAccount{
		ID: id, XID: b.Seed.UUID("va", id, b.Now()), Company: c.ID, BankAccountID: a.ID, BankAccountXID: a.XID,
		Number: n.Number, SubHolderName: a.AccountHolderName, Label: n.Label,
		Active: true, Official: n.Official, Static: true, CreatedAt: b.Now(), UpdatedAt: b.Now(),
	}
	least, most := 1, longestNumber
	if v.Official && v.Number == "" {
		v.Number = "SBSEPAY" + b.Seed.Text("va", id, derive.UpperAlnum, 12)
	}
	if !v.Official {
		least, most = memoCode, memoCode
		if v.Number == "" {
			v.Number = b.Seed.Text("va", id, derive.UpperAlnum, memoCode)
		}
	}
	if !madeOf(derive.UpperAlnum, v.Number, least, most) {
		return v, input.At(invalid("an official number has 1 to 55 characters A-Z and 0-9, a memo code has 3 characters", "virtual account %q", v.Number), "number")
	}
	err = store.VirtualAccounts.Put(w, v)
	if errors.Is(err, store.ErrConflict) {
		return v, input.At(invalid("", "company %s has a virtual account %s already", c.ID, v.Number), "number")
	}
	return v, err
}
