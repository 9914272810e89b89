package store

import (
	"cmp"
	"strings"
	"time"
)

// AccountType is the owner's legal form. It decides some bank rules.
type AccountType string

// The account types of SePay's test mode.
const (
	Personal   AccountType = "personal"
	Enterprise AccountType = "enterprise"
	Household  AccountType = "household"
)

// BankAccount is an account of a company at a bank.
type BankAccount struct {
	// ID is the numeric id of API v1 and the OAuth2 API, XID the UUID of v2.
	ID      int64
	XID     string
	Company string
	// Bank is the bank's short name, e.g. "MBBank".
	Bank string
	// AccountNumber keeps its leading zeros.
	AccountNumber     string
	AccountHolderName string
	AccountType       AccountType
	Label             string
	Active            bool
	// Balance is the money on the account in VND: the opening balance and
	// every transfer since.
	Balance int64
	// Accumulated is the balance that SePay knows, in VND. It changes only when
	// the bank reports a balance.
	Accumulated int64
	// ReportsBalance says that the bank reports it.
	ReportsBalance bool
	// LastTransaction is zero before the first one.
	LastTransaction time.Time
	CreatedAt       time.Time
}

// VirtualAccount is a sub-account: an official one has an account number of
// its own, a memo one is recognised by "TKP" and its code in the memo.
type VirtualAccount struct {
	ID      int64
	XID     string
	Company string
	// BankAccountID and BankAccountXID name the account behind it.
	BankAccountID  int64
	BankAccountXID string
	// Number is the account number of an official virtual account and the
	// code of a memo one, without "TKP".
	Number        string
	SubHolderName string
	Label         string
	Active        bool
	Official      bool
	Static        bool
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// TransferType is the direction of money, seen from the company's account.
type TransferType string

// The two directions.
const (
	In  TransferType = "in"
	Out TransferType = "out"
)

// Transaction is a transfer as SePay recorded it.
type Transaction struct {
	// ID is the numeric id of webhooks and API v1, XID the UUID of v2.
	ID      int64
	XID     string
	Company string

	BankAccountID  int64
	BankAccountXID string
	// Gateway is the bank's short name.
	Gateway       string
	AccountNumber string
	// VirtualAccountXID and SubAccount are empty when the transfer did not go
	// through a virtual account.
	VirtualAccountXID string
	SubAccount        string

	// Date is the instant of the transfer at the bank.
	Date         time.Time
	TransferType TransferType
	// Amount is in VND and always positive.
	Amount int64
	// Accumulated is the balance after the transfer in VND as SePay reports it.
	Accumulated int64
	// Content is the memo, Description the bank's whole text.
	Content     string
	Description string
	Reference   string
	// Code is the recognised payment code, empty when there is none.
	Code string

	// HasWebhook says that the company had a webhook at the transfer.
	HasWebhook bool
	// WebhookSuccess counts the successful deliveries.
	WebhookSuccess int64
	CreatedAt      time.Time
}

// AmountIn returns the amount in VND of an incoming transfer, else 0.
func (t *Transaction) AmountIn() int64 {
	if t.TransferType == In {
		return t.Amount
	}
	return 0
}

// AmountOut returns the amount in VND of an outgoing transfer, else 0.
func (t *Transaction) AmountOut() int64 {
	if t.TransferType == Out {
		return t.Amount
	}
	return 0
}

// The number columns of transactions.
const (
	columnDate = iota
	columnAmount
)

// compareGroups compares what transactions are grouped by, the company first.
func (t *Transaction) compareGroups(o *Transaction) int {
	if c := cmp.Or(
		strings.Compare(t.Company, o.Company),
		strings.Compare(t.BankAccountXID, o.BankAccountXID),
		strings.Compare(string(t.TransferType), string(o.TransferType)),
		strings.Compare(t.AccountNumber, o.AccountNumber),
		strings.Compare(t.Gateway, o.Gateway),
	); c != 0 || t.delivered() == o.delivered() {
		return c
	}
	if t.delivered() {
		return 1
	}
	return -1
}

// delivered returns whether a delivery succeeded.
func (t *Transaction) delivered() bool { return t.WebhookSuccess > 0 }

// Scope joins the parts of a compound scope, such as company and account number.
func Scope(parts ...string) string {
	n := len(parts)
	for _, p := range parts {
		n += len(p)
	}
	b := make([]byte, 0, n)
	for i, p := range parts {
		if p == "" {
			return ""
		}
		if i > 0 {
			b = append(b, 0)
		}
		b = append(b, p...)
	}
	return string(b)
}

// The kinds of the bank.
var (
	BankAccounts        = newKind("bank_accounts", 1, func(a *BankAccount) int64 { return a.ID })
	BankAccountByXID    = unique(BankAccounts, "by_xid", func(a *BankAccount) string { return a.XID })
	BankAccountByNumber = order(BankAccounts, "by_number", func(a *BankAccount) (string, int64) {
		return Scope(a.Company, a.AccountNumber), 0
	})
	// BankAccountsNumbered finds the accounts of all companies with a number.
	BankAccountsNumbered = order(BankAccounts, "numbered", func(a *BankAccount) (string, int64) { return a.AccountNumber, 0 })
	BankAccountByCompany = order(BankAccounts, "by_company", func(a *BankAccount) (string, int64) {
		return a.Company, a.CreatedAt.UnixMicro()
	})

	VirtualAccounts        = newKind("virtual_accounts", 1, func(v *VirtualAccount) int64 { return v.ID })
	VirtualAccountByXID    = unique(VirtualAccounts, "by_xid", func(v *VirtualAccount) string { return v.XID })
	VirtualAccountByNumber = unique(VirtualAccounts, "by_number", func(v *VirtualAccount) string {
		return Scope(v.Company, v.Number)
	})
	// VirtualAccountsNumbered finds those of all companies with a number.
	VirtualAccountsNumbered = order(VirtualAccounts, "numbered", func(v *VirtualAccount) (string, int64) { return v.Number, 0 })
	VirtualAccountByAccount = order(VirtualAccounts, "by_account", func(v *VirtualAccount) (string, int64) {
		return v.BankAccountXID, v.CreatedAt.UnixMicro()
	})

	Transactions = withColumns(withCompact(newKind("transactions", 90000001, func(t *Transaction) int64 { return t.ID }), (*Transaction).compact),
		columnsOf[Transaction]{
			numbers: []func(*Transaction) int64{
				columnDate:   func(t *Transaction) int64 { return t.Date.UnixMicro() },
				columnAmount: func(t *Transaction) int64 { return t.Amount },
			},
			group: (*Transaction).compareGroups,
			mark:  func(t *Transaction) string { return t.Reference },
			texts: func(t *Transaction) [3]string { return [3]string{t.Content, t.Reference, t.Code} },
		})
	TransactionByXID      = unique(Transactions, "by_xid", func(t *Transaction) string { return t.XID })
	transactionsByID      = order(Transactions, "by_company_id", func(t *Transaction) (string, int64) { return t.Company, 0 })
	transactionsByDate    = order(Transactions, "by_company_date", byDate(func(t *Transaction) string { return t.Company }))
	transactionsByAccount = order(Transactions, "by_account_date", byDate(func(t *Transaction) string { return t.BankAccountXID }))
	transactionsByVA      = order(Transactions, "by_va_date", byDate(func(t *Transaction) string { return t.VirtualAccountXID }))
)

func byDate(scope func(*Transaction) string) func(*Transaction) (string, int64) {
	return func(t *Transaction) (string, int64) { return scope(t), t.Date.UnixMicro() }
}
