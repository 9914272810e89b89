package control

// NewTransfer is the body of POST /transfers.
type NewTransfer struct {
	// Company is needed when there are several and neither account nor va
	// tells which.
	Company string `json:"company,omitempty"`
	// Account is an account number; the company's first account when absent.
	Account string `json:"account,omitempty"`
	// VA is the number or memo code of a virtual account.
	VA string `json:"va,omitempty"`
	// Direction is "in" (default) or "out".
	Direction string `json:"direction,omitempty"`
	// Amount is in VND.
	Amount int64 `json:"amount" bound:"amount"`
	// Content is the memo as the payer typed it; "" is an empty memo. Absent is
	// test mode's own text, or nothing where the bank's habits are played.
	Content *string `json:"content,omitempty"`
	// Reference is the bank's; "" is none. Absent is made up.
	Reference *string `json:"reference,omitempty"`
	// BankHabits lets an incoming transfer arrive as the bank writes it, with
	// what it drops of the memo and writes around it, its form of reference and
	// its time; absent leaves it to the company's settings bank.memo and bank.time.
	BankHabits *bool `json:"bank_habits,omitempty"`
	// SentFrom is where the payer sends from: other_bank (default), same_bank,
	// wallet or vietcombank. It stands for bank_habits.
	SentFrom string `json:"sent_from,omitempty"`
	// At is RFC 3339, or "2006-01-02 15:04:05" in Vietnam time; now when absent.
	At string `json:"at,omitempty"`
}

// Transfer is the answer: the transaction, and what each webhook does about it.
type Transfer struct {
	// Recorded is false when the bank would not tell SePay of the transfer;
	// then only Reason is filled in.
	Recorded bool `json:"recorded"`
	// Reason says why the transfer was not recorded.
	Reason string `json:"reason,omitempty"`
	*Transaction
	// BankWrote is what the bank made of the transfer; null when its habits were
	// not played.
	BankWrote *BankWrote       `json:"bank_wrote"`
	Webhooks  []TransferNotice `json:"webhooks"`
	// Order is the gateway's order that the transfer named; null when it named
	// none.
	Order *MatchedOrder `json:"order"`
}

// Size estimates how much memory the transfer holds, in bytes.
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
	// Dropped are the characters of the memo that vanished, each once.
	Dropped string `json:"dropped"`
	// Form is the name of the bank's form in the table of habits; empty when the
	// memo stands alone.
	Form string `json:"form"`
	// Summary says all of it in a sentence.
	Summary string `json:"summary"`
}

// Transaction is a transfer as SePay recorded it. Amounts are VND, dates
// RFC 3339 with Vietnam's offset.
type Transaction struct {
	// ID is the number of API v1 and of webhooks, XID the UUID of API v2.
	ID            int64   `json:"id"`
	XID           string  `json:"xid"`
	Company       string  `json:"company"`
	Bank          string  `json:"bank"`
	AccountNumber string  `json:"account_number"`
	SubAccount    *string `json:"sub_account"`
	// Direction is in or out, Accumulated what SePay says of the balance after it.
	Direction      string  `json:"direction"`
	Amount         int64   `json:"amount"`
	Accumulated    int64   `json:"accumulated"`
	Content        string  `json:"content"`
	Reference      string  `json:"reference"`
	Code           *string `json:"code"`
	At             string  `json:"at"`
	WebhookSuccess *int64  `json:"webhook_success"`
}

// TransferNotice is what one webhook does about a transfer.
type TransferNotice struct {
	WebhookID  int64 `json:"webhook_id"`
	DeliveryID int64 `json:"delivery_id"`
	// Result is "sent" or "skipped".
	Result string `json:"result"`
	// Reason is SePay's text for a skipped one.
	Reason string `json:"reason,omitempty"`
}
