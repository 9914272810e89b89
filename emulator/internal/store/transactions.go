package store

// TransactionSort is one sort key of a transaction list.
type TransactionSort struct {
	By   TransactionField
	Desc bool
}

// TransactionField is a sortable value of a transaction.
type TransactionField int

// What transactions can be sorted by.
const (
	ByDate TransactionField = iota
	ByAmountIn
	ByAmountOut
	ByID
)

// TransactionFilter selects and orders transactions of one company. The zero
// value of a field does not filter.
type TransactionFilter struct {
	// Company is required.
	Company string
	// BankAccountXID and VirtualAccountXID select by UUID.
	BankAccountXID    string
	VirtualAccountXID string
	// AccountNumber selects by the account's own number.
	AccountNumber string
	// Banks selects by the bank's short name; any of them matches. Non-nil and
	// empty matches nothing.
	Banks []string
	Dates TimeRange
	// AmountIn and AmountOut are ranges over both directions: an outgoing
	// transfer has an AmountIn of 0.
	AmountIn, AmountOut AmountRange
	Reference           string
	// Content is a part of the memo, case-insensitive.
	Content string
	// Query is a part of the reference, memo or code, case-insensitive.
	Query        string
	TransferType TransferType
	// Delivered selects by whether a webhook delivery succeeded.
	Delivered *bool
	// FromID selects ids that are equal or greater; 0 selects all.
	FromID int64
	// Sort lists the sort keys, the most important first; empty means newest
	// first. Equal rows are ordered by id, in the direction of the first key.
	Sort []TransactionSort
}
