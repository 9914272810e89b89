package bank

import (
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// The banks that have rules of their own, by short name.
const (
	acb         = "ACB"
	bidv        = "BIDV"
	kienLong    = "KienLongBank"
	mbBank      = "MBBank"
	msb         = "MSB"
	ocb         = "OCB"
	sacombank   = "Sacombank"
	tpBank      = "TPBank"
	vietinBank  = "VietinBank"
	vpBank      = "VPBank"
	vietinToken = "SEVQR"
	// memoMark stands before the code of a memo virtual account.
	memoMark = "TKP"
)

// needsVA says that money reaches the account only through a virtual account
// (https://developer.sepay.vn/vi/sepay-webhooks/tai-khoan-ngan-hang).
func needsVA(a *store.BankAccount) bool {
	switch a.Bank {
	case ocb, kienLong, msb:
		return true
	case bidv:
		return a.AccountType != store.Enterprise
	}
	return false
}

// NeedsVA says that money reaches the account only through a virtual account.
func NeedsVA(a store.BankAccount) bool { return needsVA(&a) }

// TakesVA says whether the account can have official virtual accounts.
func TakesVA(a store.BankAccount) bool { return takesVA(&a, true) }

// reportsBalance says that the bank tells SePay the balance after a transfer,
// where nothing is said for the account itself: some shops have a true balance
// at banks whose notices have 0 elsewhere. That VietinBank does so for
// individuals and households only is a rule of the page
// (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/mo-phong-giao-dich).
func reportsBalance(a *store.BankAccount) bool {
	known, _ := habit.Known().Of(a.Bank)
	return known.Balance && (a.Bank != vietinBank || a.AccountType != store.Enterprise)
}

// notifies says that the bank tells SePay of a transfer with this memo:
// VietinBank does so for individuals only when the memo holds SEVQR.
func notifies(a *store.BankAccount, content string) bool {
	if a.Bank != vietinBank || a.AccountType == store.Enterprise {
		return true
	}
	return strings.Contains(strings.ToUpper(content), vietinToken)
}

// takesVA says whether a virtual account of that sort exists at the bank
// (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/tao-va).
func takesVA(a *store.BankAccount, official bool) bool {
	enterprise := a.AccountType == store.Enterprise
	if official {
		return slices.Contains([]string{acb, bidv, mbBank, ocb, msb, kienLong}, a.Bank) ||
			(slices.Contains([]string{vpBank, sacombank}, a.Bank) && !enterprise) ||
			(a.Bank == vietinBank && enterprise)
	}
	return a.Bank == tpBank || (a.Bank == vietinBank && !enterprise) || (a.Bank == vpBank && enterprise)
}
