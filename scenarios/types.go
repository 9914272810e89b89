package scenarios

// Scenario is one script. The tags are the file's keys, their description and the values
// that are allowed; [Schema] is made from them.
type Scenario struct {
	Name    string `yaml:"name" need:"true" doc:"Short name of letters, digits and hyphens, by which it is run."`
	Purpose string `yaml:"purpose" need:"true" doc:"One sentence: what this scenario shows or guards against."`
	Seed    uint64 `yaml:"seed" doc:"Ids, secrets and chance repeat for the same number. When absent, the command draws a fresh one for each run, and a Go test takes 1."`
	Needs   Needs  `yaml:"needs" doc:"What is made fresh for this scenario: a company of its own and what belongs to it."`
	Steps   []Step `yaml:"steps" need:"true" doc:"What happens, in order."`
	Expect  Expect `yaml:"expect" doc:"What has to be true at the end."`
	// File is where the scenario was read from, empty for the library's.
	File string `yaml:"-"`
}

// Needs is what a company has at the start of a scenario.
type Needs struct {
	PayCode   *bool             `yaml:"paycode" doc:"Recognise payment codes in memos. True when absent."`
	Codes     []CodeFormat      `yaml:"codes" doc:"Structures of payment codes; SePay's default when absent: DH and 3 to 10 digits."`
	Settings  map[string]string `yaml:"settings" doc:"Choices where SePay's own pages disagree, by name; localsepay state --json lists them."`
	RateLimit int               `yaml:"rate_limit" bound:"rate" doc:"Requests per second that this company may make; no limit when absent. Time has to be advanced for it to refill."`
	Accounts  []Account         `yaml:"accounts" doc:"Bank accounts; one at MBBank when absent."`
	Methods   []string          `yaml:"methods" enum:"CARD,BANK_TRANSFER,NAPAS_BANK_TRANSFER" doc:"Payment methods that the gateway's merchant has enabled; all when absent."`
	Webhook   *Webhook          `yaml:"webhook" doc:"A webhook at the shop, registered before the first step. An empty object takes the defaults."`
	IPN       *IPN              `yaml:"ipn" doc:"The gateway's IPN at the shop. An empty object takes the defaults."`
	OAuth     *App              `yaml:"oauth" doc:"An OAuth2 application of the company."`
	Merchant  Shop              `yaml:"merchant" doc:"How the shop answers what it is sent. The fake shop that the engine starts keeps an order book, checks signatures and secrets, and answers 200 {\"success\":true}."`
	Others    map[string]Needs  `yaml:"others" doc:"More companies, by a name that steps give as company. All of them share the shop."`
}

// CodeFormat is a form of payment codes.
type CodeFormat struct {
	Prefix string `yaml:"prefix" need:"true" doc:"Letters that the code begins with."`
	From   int64  `yaml:"from" need:"true" bound:"suffix" doc:"Least number of characters after the prefix."`
	To     int64  `yaml:"to" need:"true" bound:"suffix" doc:"Most characters after the prefix."`
	Type   string `yaml:"type" enum:"NumberOnly,NumberAndLetter" doc:"NumberOnly when absent."`
}

// Account is a bank account. The balance is VND.
type Account struct {
	Bank    string `yaml:"bank" need:"true" doc:"Short name or code of the bank, such as MBBank."`
	Number  string `yaml:"number" doc:"Account number; made up when absent."`
	Holder  string `yaml:"holder" doc:"Name of the holder; made up when absent."`
	Type    string `yaml:"type" enum:"personal,household,enterprise" doc:"Kind of account."`
	Balance int64  `yaml:"balance" bound:"balance" doc:"VND on it at the start."`
	Reports *bool  `yaml:"reports_balance" doc:"Whether notices carry the account's balance; the bank decides when absent."`
	VAs     []VA   `yaml:"vas" doc:"Virtual accounts."`
}

// VA is a virtual account.
type VA struct {
	Number   string `yaml:"number" doc:"Its number or memo code; made up when absent."`
	Label    string `yaml:"label" doc:"A name for people."`
	Official bool   `yaml:"official" doc:"True for an account number of its own, false for a code in the memo."`
}

// Webhook is the configuration of a webhook. What is left out stays as it is or takes the
// default.
type Webhook struct {
	Company    string   `yaml:"company" doc:"Name of another company under needs.others."`
	URL        string   `yaml:"url" doc:"Where SePay posts; the shop when absent."`
	Auth       string   `yaml:"auth" enum:"none,api_key,hmac,secret" doc:"How SePay proves itself; none when absent."`
	Secret     string   `yaml:"secret" doc:"The API key, HMAC secret or secret key; made up when absent."`
	Retry      *bool    `yaml:"retry" doc:"Try again after a failure: 8 attempts within 33 minutes. True when absent; SePay's own default is off."`
	Events     string   `yaml:"events" enum:"All,In_only,Out_only" doc:"Which transfers it is about; In_only, as in SePay's wizard, when absent."`
	Format     string   `yaml:"format" enum:"json,form,multipart" doc:"How the body is written; json when absent."`
	SkipNoCode *bool    `yaml:"skip_if_no_code" doc:"Say nothing about transfers without a payment code."`
	Prefix     []string `yaml:"prefixes" doc:"Only codes that begin with one of these."`
	OnlyVA     *bool    `yaml:"only_va" doc:"Only transfers that came by a virtual account."`
	Active     *bool    `yaml:"active" doc:"False switches it off."`
}

// IPN is where the gateway tells the merchant of paid orders.
type IPN struct {
	Company string `yaml:"company" doc:"Name of another company under needs.others."`
	URL     string `yaml:"url" doc:"Where SePay posts; the shop when absent."`
	Auth    string `yaml:"auth" enum:"none,secret" doc:"secret sends X-Secret-Key; none, SePay's default, when absent."`
	Secret  string `yaml:"secret" doc:"What X-Secret-Key carries; the merchant's secret key when absent."`
	Off     bool   `yaml:"off" doc:"True sends no IPN at all."`
}

// App is an OAuth2 application.
type App struct {
	Name        string   `yaml:"name" doc:"What users are told that it is called."`
	RedirectURI string   `yaml:"redirect_uri" doc:"Where users come back to; https://shop.example/callback when absent."`
	Scopes      []string `yaml:"scopes" doc:"What it may ask for; everything when absent."`
}

// Shop is how the package's own shop behaves.
type Shop struct {
	Orders   map[string]int64 `yaml:"orders" bound:"price" doc:"Prices in VND of orders by payment code, so that it tells underpaid from paid. A checkout step adds its own."`
	Answers  []Answer         `yaml:"answers" doc:"What it answers to the next notices, one after the other; afterwards as it thinks right."`
	Down     *bool            `yaml:"down" doc:"True: every connection is cut, as if nothing listened. False: it is back."`
	Careless *bool            `yaml:"careless" doc:"True: it credits every notice it gets, also the second one of the same payment, and checks no signature."`
	Secret   string           `yaml:"secret" doc:"The secret it expects from now on."`
	Forget   bool             `yaml:"forget" doc:"Forget the order book."`
}

// Answer is what the shop answers to a notice, or to several.
type Answer struct {
	Status int64  `yaml:"status" bound:"status" doc:"HTTP status; 200 when absent."`
	Body   string `yaml:"body" doc:"Body; {\"success\":true} for 2xx and {\"success\":false} otherwise when absent."`
	Times  int64  `yaml:"times" bound:"times" doc:"How many notices get this answer; 1 when absent."`
	HangUp bool   `yaml:"hang_up" doc:"Close the connection without an answer."`
	Worked bool   `yaml:"worked" doc:"The shop did its work before it gave this answer. True anyway for 2xx."`
	Kind   string `yaml:"kind" enum:"webhook,ipn" doc:"Only notices of this kind use it up; any when absent."`
}
