package scenarios

// Step is one thing that happens. It has exactly one action.
type Step struct {
	Name   string            `yaml:"name" doc:"What the tree shows for this step; derived when absent."`
	As     string            `yaml:"as" doc:"Name under which later steps find the step's result: ${name.field}."`
	Take   map[string]string `yaml:"capture" doc:"Names, and what of the result they keep: an expression over the result's fields."`
	Expect Expect            `yaml:"expect" doc:"What has to be true right after the step."`

	Transfer      *Transfer    `yaml:"transfer" action:"true" doc:"Money moves at the bank."`
	Checkout      *Checkout    `yaml:"checkout" action:"true" doc:"The shop opens a payment with its signed form."`
	Pay           *Pay         `yaml:"pay" action:"true" doc:"The payer pays on the hosted page, rightly or wrongly."`
	Cancel        *OrderRef    `yaml:"cancel" action:"true" doc:"The shop cancels a waiting order by SePay's REST API."`
	Leave         *OrderRef    `yaml:"leave" action:"true" doc:"The payer goes back to the shop without paying."`
	Void          *OrderRef    `yaml:"void" action:"true" doc:"The shop voids a card payment by SePay's REST API."`
	Expire        *OrderRef    `yaml:"expire" action:"true" doc:"A waiting order ends as time would end it."`
	Authorize     *Authorize   `yaml:"authorize" action:"true" doc:"A user lets the OAuth2 application in. Result: code, state, location."`
	Token         *Token       `yaml:"token" action:"true" doc:"The application gets tokens: for a code, by a refresh token, or directly."`
	Call          *Call        `yaml:"call" action:"true" doc:"The shop calls an API of SePay, or somebody calls the shop."`
	Webhook       *Webhook     `yaml:"webhook" action:"true" doc:"Register another webhook."`
	ChangeWebhook *Webhook     `yaml:"change_webhook" action:"true" doc:"Change the company's first webhook at SePay."`
	IPN           *IPN         `yaml:"ipn" action:"true" doc:"Change where the gateway sends IPNs."`
	Merchant      *Shop        `yaml:"merchant" action:"true" doc:"Change how the shop behaves from now on."`
	Advance       *Duration    `yaml:"advance" action:"true" doc:"Move the target's clock, such as 13m or 3d, and run everything that falls due on the way."`
	Wait          *Wait        `yaml:"wait" action:"true" doc:"Wait in real time until something is true."`
	Fault         *Fault       `yaml:"fault" action:"true" doc:"Let SePay misbehave from now on."`
	FaultOff      *string      `yaml:"fault_off" action:"true" doc:"End the fault of this name, or all."`
	Parallel      []Step       `yaml:"parallel" action:"true" doc:"Steps that happen at the same time."`
	Repeat        *Repeat      `yaml:"repeat" action:"true" doc:"Steps that happen several times; ${i} counts from 1."`
	Replay        *Replay      `yaml:"replay" action:"true" doc:"Send notices again, as from the delivery log."`
	Restart       *string      `yaml:"restart" action:"true" enum:"sepay,shop" doc:"sepay: what is in flight is cut off, records and queue stay. shop: it goes down and comes back, with its order book."`
	Snapshot      *string      `yaml:"snapshot" action:"true" doc:"Keep the target's whole state under this name."`
	Restore       *string      `yaml:"restore" action:"true" doc:"Put the target's whole state back: of all its companies, so only on a target of your own."`
	Check         *Observation `yaml:"check" action:"true" doc:"Only look: a step without an action, for its expectations."`

	line int
}

// Observation is the value of check, a step that only looks.
type Observation struct{}

// Transfer moves money at the bank.
type Transfer struct {
	Company   string  `yaml:"company" doc:"Name of another company under needs.others."`
	Account   string  `yaml:"account" doc:"Account number; the company's first when absent."`
	VA        string  `yaml:"va" doc:"Number or memo code of a virtual account."`
	Direction string  `yaml:"direction" enum:"in,out" doc:"in when absent."`
	Amount    int64   `yaml:"amount" need:"true" bound:"amount" doc:"VND."`
	Content   *string `yaml:"content" doc:"The memo as the payer types it; \"\" is an empty one. ${i} counts from 1 when there are many."`
	Reference *string `yaml:"reference" doc:"The bank's reference; \"\" is none. Made up when absent."`
	Habits    *bool   `yaml:"bank_habits" doc:"True: as the receiving bank writes it, with what it drops of the memo, its noise, its reference and its time. False: as it was typed. The setting bank.memo under needs decides when absent."`
	From      string  `yaml:"sent_from" enum:"other_bank,same_bank,wallet,vietcombank" doc:"Where the payer sends from, which stands for bank_habits; other_bank when absent."`
	At        string  `yaml:"at" doc:"When it happened, such as 2026-01-31 23:59:59 in Vietnam; now when absent."`
	Count     int64   `yaml:"count" bound:"times" doc:"How many such transfers; 1 when absent."`
}

// Checkout is the form that a shop posts; see
// https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan.
type Checkout struct {
	Company     string `yaml:"company" doc:"Name of another company under needs.others."`
	Invoice     string `yaml:"invoice" need:"true" doc:"The shop's invoice number."`
	Amount      int64  `yaml:"amount" need:"true" bound:"balance" doc:"VND."`
	Method      string `yaml:"method" enum:"CARD,BANK_TRANSFER,NAPAS_BANK_TRANSFER" doc:"Payment method; the payer chooses when absent."`
	Operation   string `yaml:"operation" enum:"PURCHASE,VERIFY" doc:"PURCHASE when absent."`
	Currency    string `yaml:"currency" doc:"VND when absent."`
	Description string `yaml:"description" doc:"Text for the payer; made up when absent."`
	CustomerID  string `yaml:"customer_id" doc:"The shop's own customer id."`
	CustomData  string `yaml:"custom_data" doc:"Comes back in the IPN; not signed."`
	SuccessURL  string `yaml:"success_url" doc:"Where the payer's browser goes after paying."`
	ErrorURL    string `yaml:"error_url" doc:"Where it goes when the payment failed."`
	CancelURL   string `yaml:"cancel_url" doc:"Where it goes when the payer leaves."`
	Signature   string `yaml:"signature" doc:"A signature of your own, to see it refused; the right one when absent."`
}

// Pay is a payment on the payment page, rightly or wrongly.
type Pay struct {
	Company string `yaml:"company" doc:"Name of another company under needs.others."`
	Order   string `yaml:"order" need:"true" doc:"Invoice number, or SePay's order id."`
	Method  string `yaml:"method" enum:"CARD,BANK_TRANSFER,NAPAS_BANK_TRANSFER" doc:"The order's own, or the card's, when absent."`
	Card    string `yaml:"card" enum:"visa,mastercard,jcb,declined,insufficient_funds,expired,challenge,challenge_fails,timeout" doc:"Name of a test card; localsepay cards lists them."`
	Habits  *bool  `yaml:"bank_habits" doc:"As in transfer."`
	From    string `yaml:"sent_from" enum:"other_bank,same_bank,wallet,vietcombank" doc:"As in transfer."`
	Outcome string `yaml:"outcome" enum:"paid,less,more,wrong_memo,twice,late,failed,pass,fail,abandon" doc:"Of a transfer paid, less, more, wrong_memo, twice, late or failed; of a card's challenge pass, fail or abandon."`
}

// OrderRef names an order.
type OrderRef struct {
	Company string `yaml:"company" doc:"Name of another company under needs.others."`
	Order   string `yaml:"order" need:"true" doc:"The shop's invoice number."`
}

// Authorize grants an OAuth2 application access as a user, or refuses it.
type Authorize struct {
	Company string   `yaml:"company" doc:"Name of another company under needs.others."`
	Scopes  []string `yaml:"scopes" doc:"What is asked for; all that the application may ask for when absent."`
	State   string   `yaml:"state" doc:"The application's state value; made up when absent."`
	Deny    bool     `yaml:"deny" doc:"The user says no."`
}

// Token gets OAuth2 tokens.
type Token struct {
	Company string   `yaml:"company" doc:"Name of another company under needs.others."`
	Code    string   `yaml:"code" doc:"An authorization code to exchange."`
	Refresh string   `yaml:"refresh" doc:"A refresh token to use."`
	Revoke  string   `yaml:"revoke" doc:"A token to revoke."`
	Scopes  []string `yaml:"scopes" doc:"Without code and refresh: tokens directly, with these scopes or all."`
}

// Call is a call of one of SePay's APIs, or of the shop.
type Call struct {
	Company string            `yaml:"company" doc:"Name of another company under needs.others."`
	Method  string            `yaml:"method" enum:"GET,POST,PATCH,PUT,DELETE" doc:"GET when absent."`
	Path    string            `yaml:"path" need:"true" doc:"Path and query from the base address, such as /v2/transactions?per_page=20."`
	At      string            `yaml:"at" enum:"sepay,shop" doc:"shop: call the shop instead, for example to place an order there first. The fake shop takes POST /orders/{invoice or code} with {\"price\": VND}."`
	Auth    string            `yaml:"auth" enum:"token,merchant,none" doc:"token: the company's API token. merchant: Basic with merchant id and secret key. token when absent."`
	Bearer  string            `yaml:"bearer" doc:"A bearer token instead of auth."`
	Headers map[string]string `yaml:"headers" doc:"More headers."`
	JSON    any               `yaml:"json" doc:"A body, sent as JSON."`
	Form    map[string]string `yaml:"form" doc:"A body, sent as a form."`
	Retry   *Retry            `yaml:"retry" doc:"Call again while it is refused, as a well-behaved client does."`
}

// Retry calls again after a refusal. It waits on the target's clock.
type Retry struct {
	Times int64 `yaml:"times" need:"true" bound:"tries" doc:"How many more calls at most."`
	On    []any `yaml:"on" doc:"Statuses to try again after, or drop for a connection that was closed; 429, 500, 502, 503 and drop when absent."`
}

// Wait is a wait in real time.
type Wait struct {
	Until  Expect   `yaml:"until" need:"true" doc:"What has to become true."`
	Within Duration `yaml:"within" doc:"How long to wait at most, in real time; 10s when absent."`
}

// Repeat repeats steps.
type Repeat struct {
	Times int64    `yaml:"times" need:"true" bound:"times" doc:"How often."`
	Every Duration `yaml:"every" doc:"How far to advance the clock after each time."`
	Steps []Step   `yaml:"steps" need:"true" doc:"What is repeated."`
}

// Replay sends deliveries again.
type Replay struct {
	Company string `yaml:"company" doc:"Name of another company under needs.others."`
	Kind    string `yaml:"kind" enum:"webhook,ipn" doc:"Only notices of this kind."`
	Subject string `yaml:"subject" doc:"Only notices about this transaction id or order."`
	Times   int64  `yaml:"times" bound:"times" doc:"How often each is sent again; 1 when absent."`
}

// Fault makes SePay go wrong, as POST /_control/v1/faults does, for the company of the
// scenario only.
type Fault struct {
	Name  string         `yaml:"name" doc:"How fault_off and expectations call it."`
	When  map[string]any `yaml:"when" doc:"Which requests or deliveries: surface, operation, method, path, header, subject, attempt, nth, first, every, chance."`
	Phase string         `yaml:"phase" enum:"before,after,between" doc:"before the work, after it is committed, or between commit and notice."`
	Do    map[string]any `yaml:"do" need:"true" doc:"Exactly one of status, rate_limited, delay, drop, truncate, slow, malformed_json, wrong_content_type, html_error; for deliveries duplicate, delay, reorder, drop, tamper, stale_timestamp, wrong_auth."`
}
