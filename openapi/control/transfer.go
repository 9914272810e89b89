package control

// NewTransfer is the body of POST /transfers.
type NewTransfer struct {
	// Company is needed when there are several and neither Account nor VA tells which.
	Company string `json:"company,omitempty"`
	// Account is an account number; the company's first account when empty.
	Account string `json:"account,omitempty"`
	// VA is the number or memo code of a virtual account.
	VA string `json:"va,omitempty"`
	// Direction is [DirectionIn], the default, or [DirectionOut].
	Direction string `json:"direction,omitempty"`
	// Amount is in VND.
	Amount int64 `json:"amount" bound:"amount"`
	// Content is the memo as the payer typed it; new("") is an empty memo. nil takes the
	// text of SePay's test mode, or none where [NewTransfer].BankHabits holds.
	Content *string `json:"content,omitempty"`
	// Reference is the bank's; new("") is none. nil makes one up.
	Reference *string `json:"reference,omitempty"`
	// BankHabits writes an incoming transfer as the receiving bank does: memo, reference and
	// time. nil follows the company's settings bank.memo and bank.time.
	BankHabits *bool `json:"bank_habits,omitempty"`
	// SentFrom is where the payer sends from, such as [SentFromWallet]; another bank when
	// empty. A value turns BankHabits on.
	SentFrom string `json:"sent_from,omitempty"`
	// At is RFC 3339, or "2006-01-02 15:04:05" in Vietnam's time; now when empty.
	At string `json:"at,omitempty"`
}

// Transfer is the answer of POST /transfers: the transaction, and what each webhook does
// about it.
type Transfer struct {
	// Recorded is false when the bank does not report the transfer to SePay; then only Reason
	// is set.
	Recorded bool `json:"recorded"`
	// Reason says why the transfer was not recorded.
	Reason string `json:"reason,omitempty"`
	*Transaction
	// BankWrote is what the bank made of the transfer; null without bank habits.
	BankWrote *BankWrote       `json:"bank_wrote"`
	Webhooks  []TransferNotice `json:"webhooks"`
	// Order is the order of the gateway that the memo names; null for none.
	Order *MatchedOrder `json:"order"`
}

// Size estimates the memory that the transfer takes, in bytes.
func (t Transfer) Size() int {
	n := 256 + len(t.Reason) + 96*len(t.Webhooks)
	if t.Transaction != nil {
		n += 256 + len(t.Content) + len(t.Reference)
	}
	if w := t.BankWrote; w != nil {
		n += len(w.Typed) + len(w.Content) + len(w.Dropped) + len(w.Summary)
	}
	return n
}

// BankWrote is what a bank made of a transfer.
type BankWrote struct {
	// Typed is the memo as the payer typed it, Content as the bank wrote it.
	Typed   string `json:"typed"`
	Content string `json:"content"`
	// Dropped are the characters that the bank took out of the memo, each once.
	Dropped string `json:"dropped"`
	// Form is the name of the bank's form in the table of habits; empty when the memo stands
	// alone.
	Form string `json:"form"`
	// Summary is all of it in a sentence.
	Summary string `json:"summary"`
}

// Transaction is a transfer as SePay recorded it. Amounts are VND.
type Transaction struct {
	// ID is the number in API v1 and in webhooks, XID the UUID in API v2.
	ID            int64   `json:"id"`
	XID           string  `json:"xid"`
	Company       string  `json:"company"`
	Bank          string  `json:"bank"`
	AccountNumber string  `json:"account_number"`
	SubAccount    *string `json:"sub_account"`
	// Direction is [DirectionIn] or [DirectionOut]. Accumulated is the balance after the
	// transfer, as SePay shows it. Code is the payment code of the memo; null for none.
	Direction      string  `json:"direction"`
	Amount         int64   `json:"amount"`
	Accumulated    int64   `json:"accumulated"`
	Content        string  `json:"content"`
	Reference      string  `json:"reference"`
	Code           *string `json:"code"`
	At             string  `json:"at"`
	WebhookSuccess *int64  `json:"webhook_success"`
}

// TransferNotice is what one webhook does about a transfer. Reason is SePay's text for a
// skipped one.
type TransferNotice struct {
	WebhookID  int64 `json:"webhook_id"`
	DeliveryID int64 `json:"delivery_id"`
	// Result is [NoticeSent] or [NoticeSkipped].
	Result string `json:"result"`
	// Reason is SePay's text for a skipped one.
	Reason string `json:"reason,omitempty"`
}
