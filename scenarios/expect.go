package scenarios

// Expect is what has to be true. Every member that is given has to hold.
type Expect struct {
	Deliveries   []Deliveries       `yaml:"deliveries" doc:"What SePay sent, as its delivery log has it."`
	Notices      []Notices          `yaml:"notices" doc:"What reached the shop and what the shop answered, in order of arrival."`
	Orders       []OrderState       `yaml:"orders" doc:"Orders of the gateway."`
	Balances     []Balance          `yaml:"balances" doc:"Money on bank accounts."`
	Transactions []Transactions     `yaml:"transactions" doc:"Transactions as API v2 lists them."`
	Findings     *Findings          `yaml:"findings" doc:"none, or exactly the codes of what was noticed about the integration."`
	Faults       map[string]Matcher `yaml:"faults" doc:"How often faults fired, by name."`
	Shop         []ShopCheck        `yaml:"check" doc:"What the shop itself believes, asked at an address of the shop's."`
	Answer       *AnswerState       `yaml:"answer" doc:"What the step's call was answered."`
	That         []string           `yaml:"that" doc:"Expressions that have to be true, where nothing above can say it; see https://expr-lang.org."`
}

// Deliveries selects deliveries and says what each of them has to be like.
type Deliveries struct {
	Company  string             `yaml:"company" doc:"Name of another company under needs.others."`
	Kind     string             `yaml:"kind" enum:"webhook,ipn" doc:"Only this kind."`
	Subject  string             `yaml:"subject" doc:"Only about this transaction id or order."`
	Origin   string             `yaml:"origin" enum:"original,replay,test" doc:"Only of this origin."`
	Count    *Matcher           `yaml:"count" doc:"How many there are."`
	Status   *Matcher           `yaml:"status" doc:"queued, waiting, succeeded, failed or skipped."`
	Reason   *Matcher           `yaml:"reason" doc:"Why it failed or was skipped."`
	Attempts *Matcher           `yaml:"attempts" doc:"How many attempts each has had."`
	At       []Duration         `yaml:"at" doc:"When the attempts were, counted from the first."`
	Answers  []int64            `yaml:"answers" doc:"What each attempt was answered; 0 without an answer."`
	Auth     string             `yaml:"auth" enum:"none,api_key,hmac,secret" doc:"The last attempt proves itself so, with the secret that is configured now."`
	Headers  map[string]Matcher `yaml:"headers" doc:"Headers of the last attempt."`
	Body     map[string]Matcher `yaml:"body" doc:"Fields of the body, by expressions such as order.order_status."`
}

// Notices is what has to have reached the shop.
type Notices struct {
	Company string    `yaml:"company" doc:"Name of another company under needs.others."`
	Kind    string    `yaml:"kind" enum:"webhook,ipn" doc:"Only this kind."`
	Count   *Matcher  `yaml:"count" doc:"How many reached it."`
	Answers []int64   `yaml:"answers" doc:"What it answered, in order of arrival; 0 for none."`
	Field   string    `yaml:"field" doc:"An expression over the body, such as code or order.order_invoice_number."`
	Values  []Matcher `yaml:"values" doc:"The field's values, in order of arrival."`
}

// OrderState is what an order has to be like.
type OrderState struct {
	Company      string             `yaml:"company" doc:"Name of another company under needs.others."`
	Order        string             `yaml:"order" need:"true" doc:"Invoice number, or SePay's order id."`
	Status       *Matcher           `yaml:"status" doc:"AUTHENTICATION_NOT_NEEDED, CAPTURED or CANCELLED."`
	State        *Matcher           `yaml:"state" doc:"Where the payer stands: waiting, processing, paid, failed, cancelled or expired."`
	Transactions *Matcher           `yaml:"transactions" doc:"How many payments and voids it has."`
	Received     []string           `yaml:"received" doc:"What the transfers for it were: paid, less, more, twice, late, cancelled, or unmatched without its code."`
	Redirect     *Matcher           `yaml:"redirect" doc:"Where the payer's browser goes."`
	Fields       map[string]Matcher `yaml:"fields" doc:"Other fields of the control API's order, by expressions."`
}

// Balance is what an account has to hold.
type Balance struct {
	Company string  `yaml:"company" doc:"Name of another company under needs.others."`
	Account string  `yaml:"account" doc:"Account number; the company's first when absent."`
	Balance Matcher `yaml:"balance" need:"true" doc:"VND."`
}

// Transactions is what API v2 has to list for a company.
type Transactions struct {
	Company   string   `yaml:"company" doc:"Name of another company under needs.others."`
	Direction string   `yaml:"direction" enum:"in,out" doc:"Only this direction."`
	Code      *Matcher `yaml:"code" doc:"Only with a payment code that matches."`
	Count     *Matcher `yaml:"count" doc:"How many there are."`
	Sum       *Matcher `yaml:"sum" doc:"VND in all."`
}

// ShopCheck asks the shop what it believes.
type ShopCheck struct {
	URL    string             `yaml:"url" need:"true" doc:"Path at the shop, such as /orders/DH1, or a whole address. The fake shop answers /orders/{code or invoice} with status, credited, credits, notices."`
	Status *Matcher           `yaml:"status" doc:"HTTP status; 200 when absent."`
	Body   map[string]Matcher `yaml:"body" doc:"Fields of the JSON answer, by expressions."`
	Text   *Matcher           `yaml:"text" doc:"The whole body as text."`
}

// AnswerState is what the answer of a call has to be like.
type AnswerState struct {
	Status  *Matcher           `yaml:"status" doc:"HTTP status; 0 when the connection was closed without an answer."`
	Headers map[string]Matcher `yaml:"headers" doc:"Headers."`
	Body    map[string]Matcher `yaml:"body" doc:"Fields of the JSON answer, by expressions such as data[0].amount_in."`
	Text    *Matcher           `yaml:"text" doc:"The whole body as text."`
	Tries   *Matcher           `yaml:"tries" doc:"How many calls it took."`
}

// Findings are the codes of findings that are expected; none in a file means no code.
type Findings []string

// Matcher compares a value: a plain value in the file has to be equal, an object gives
// rules such as a range or pattern.
type Matcher struct {
	rules rules
	// simple says that the file has a plain value, given which rules it has.
	simple bool
	given  []string
}

// rules is the object form of a [Matcher].
type rules struct {
	Equals   any     `yaml:"equals" doc:"The same value."`
	Not      any     `yaml:"not" doc:"Another value."`
	Contains *string `yaml:"contains" doc:"A text that has this in it."`
	Matches  *string `yaml:"matches" doc:"A text that matches this regular expression."`
	Least    *int64  `yaml:"at_least" doc:"A number that is not smaller."`
	Most     *int64  `yaml:"at_most" doc:"A number that is not larger."`
	OneOf    []any   `yaml:"one_of" doc:"One of these values."`
	Exists   *bool   `yaml:"exists" doc:"True: it is there and not null. False: it is absent or null."`
	Length   *int64  `yaml:"length" doc:"A list or text of this length."`
}
