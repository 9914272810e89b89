package bank

import (
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// The banks with rules of their own, by short name.
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
	// memoMark is the text in front of the code of a memo virtual account.
	memoMark = "TKP"
)

// needsVA returns whether the account takes money only through a virtual
// account
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

// NeedsVA returns whether the account takes money only through a virtual
// account.
func NeedsVA(a store.BankAccount) bool { return needsVA(&a) }

// TakesVA returns whether the account can have official virtual accounts.
func TakesVA(a store.BankAccount) bool { return takesVA(&a, true) }

// reportsBalance returns whether the bank's notices carry the balance when the
// account does not set it: some shops see a true balance at banks whose notices
// have 0 elsewhere. VietinBank reports it for individuals and households only
// (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/mo-phong-giao-dich).
func reportsBalance(a *store.BankAccount) bool {
	return habit.ReportsBalance(a.Bank) && (a.Bank != vietinBank || a.AccountType != store.Enterprise)
}

// notifies returns whether the bank reports a transfer with this memo to SePay:
// for individuals, VietinBank does so only when the memo contains SEVQR.
func notifies(a *store.BankAccount, content string) bool {
	if a.Bank != vietinBank || a.AccountType == store.Enterprise {
		return true
	}
	return strings.Contains(strings.ToUpper(content), vietinToken)
}

// takesVA returns whether the bank offers virtual accounts of that kind
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
