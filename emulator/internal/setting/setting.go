package setting

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/localsepay/localsepay/openapi/input"
)

// Name is a setting's name.
type Name string

// The settings.
const (
	// V1RateLimit and V2RateLimit are requests per second, or "off".
	V1RateLimit Name = "userapi_v1.rate_limit"
	V2RateLimit Name = "userapi_v2.rate_limit"
	// V2RateHeaders puts the X-RateLimit headers on every answer.
	V2RateHeaders Name = "userapi_v2.rate_limit_headers"
	V1AuthError   Name = "userapi_v1.auth_error"
	// V2InvalidParameter is the effect of an invalid parameter.
	V2InvalidParameter Name = "userapi_v2.invalid_parameter"
	V2WebhookSuccess   Name = "userapi_v2.webhook_success"
	WebhookSubAccount  Name = "webhook.empty_sub_account"
	WebhookRetryOn     Name = "webhook.retry_on"
	WebhookTimeouts    Name = "webhook.timeouts"
	WebhookSuccessRule Name = "webhook.success_rule"
	WebhookSlowAfter   Name = "webhook.slow_after"
	// WebhookConnection is the kind of connections for webhooks and IPNs.
	WebhookConnection Name = "webhook.connection"
	BankQuotas        Name = "bank.test_mode_quotas"
	// BankMemo and BankTime apply the habits of real banks to transfers; see
	// package habit.
	BankMemo Name = "bank.memo"
	BankTime Name = "bank.time"

	// CheckoutInvalid is how a refused checkout is answered.
	CheckoutInvalid     Name = "checkout.invalid"
	CheckoutDescription Name = "checkout.order_description"
	// CheckoutTTL is how long an order waits for its payment, or "off".
	CheckoutTTL       Name = "checkout.ttl"
	CheckoutCardOrder Name = "checkout.card_order"
	CheckoutOrderVA   Name = "checkout.order_va"
	// CheckoutCollects says whose account the QR codes name.
	CheckoutCollects   Name = "checkout.collects"
	PGAPIRateLimit     Name = "pgapi.rate_limit"
	PGAPIErrorBody     Name = "pgapi.error_body"
	PGAPIRefusal       Name = "pgapi.refusal_status"
	PGAPIInvalid       Name = "pgapi.invalid_parameter"
	PGAPITransactions  Name = "pgapi.transfer_transactions"
	PGAPISettlement    Name = "pgapi.settlement_at"
	IPNVoidTransaction Name = "ipn.void_transaction"
	IPNSuccessRule     Name = "ipn.success_rule"
	IPNIDs             Name = "ipn.ids"
	IPNOrderIDs        Name = "ipn.order_ids"
	IPNCardShape       Name = "ipn.card_shape"
	// IPNCardDate is the clock of a card's transaction_date.
	IPNCardDate Name = "ipn.card_date"
	IPNRenewals Name = "ipn.renewals"
	// IPNDelay is how long after the capture the IPN is sent.
	IPNDelay Name = "ipn.delay"
	// OAuthAutoConsent authorizes applications without asking the user.
	OAuthAutoConsent Name = "oauth.auto_consent"
	OAuthCodeReuse   Name = "oauth.code_reuse"
	// WooRateLimit applies to calls of SePay's plugin for WooCommerce.
	WooRateLimit      Name = "woo.rate_limit"
	OAuthAPIRateLimit Name = "oauth_api.rate_limit"
	OAuthAPIRetry     Name = "oauth_api.retry_conditions"
	OAuthAPICreateID  Name = "oauth_api.create_id"
	// QRInvalid is how a QR picture that cannot be drawn is answered.
	QRInvalid Name = "qr.invalid"
	// QRBankList is which banks /banks.json lists.
	QRBankList Name = "qr.bank_list"
	// QRMemoLimit is the longest memo of a QR picture, in characters.
	QRMemoLimit Name = "qr.memo_limit"
	// QRDownload says which values of download make the picture a file download.
	QRDownload Name = "qr.download"
)

// The values of [WebhookConnection].
const (
	ConnectionFresh = "fresh"
	ConnectionKept  = "kept"
)

// The values of the bank's settings.
const (
	MemoIdeal  = "ideal"
	MemoHabits = "habits"
	TimeAsMemo = "as_memo"
	TimeBank   = "bank"
	TimeSecond = "seconds"
)

// Off switches a numeric setting off.
const Off = "off"

// Setting is one row of the table.
type Setting struct {
	Name    Name
	Default string
	// Alternatives are the other values, each attested by a page or a client. With
	// Check they are examples, and any value that it accepts is valid.
	Alternatives []string
	Summary      string
	Source       string
	// Check accepts values other than Default and Alternatives.
	Check func(string) error
}

const (
	docs         = "https://developer.sepay.vn/vi/"
	checkoutForm = docs + "cong-thanh-toan/API/don-hang/form-thanh-toan"
	ipnPage      = docs + "cong-thanh-toan/IPN"
	oauthFlow    = docs + "sepay-oauth2/luong-xac-thuc"
	imagePage    = docs + "tien-ich-khac/tao-qr-code"
	// banksSeen: no page of SePay's says what banks write.
	banksSeen = "observed in webhook notices captured from 7 banks, May 2025 to October 2026"
)

// table is never changed.
var table = []Setting{
	{V1RateLimit, "3", []string{"2", Off}, "requests per second on API v1; newer pages say 3, older ones 2", docs + "sepay-api/v1/gioi-thieu", rate},
	{V2RateLimit, "3", []string{"2", Off}, "requests per second and address on API v2", docs + "sepay-api/v2/xac-thuc", rate},
	{V2RateHeaders, "429_only", []string{"always"}, "whether X-RateLimit headers also accompany other answers; the page shows them on 429", docs + "sepay-api/v2/xac-thuc", nil},
	{V1AuthError, "empty_200", []string{"401"}, "how API v1 answers a bad token: 200 with an empty body, or the 401 that many clients expect", docs + "sepay-api/v2/nang-cap-tu-v1", nil},
	{V2InvalidParameter, "lenient", []string{"strict"}, "a parameter that cannot be read is clamped or ignored, or answered with 422; no page says", docs + "sepay-api/v2/giao-dich/danh-sach", nil},
	{V2WebhookSuccess, "count", []string{"flag"}, "webhook_success as a count, as answers show, or 0/1, as the page says", docs + "sepay-api/v2/giao-dich/danh-sach", nil},
	{WebhookSubAccount, "null", []string{"empty"}, "subAccount without a virtual account: null, as payloads show, or \"\", as the page says", docs + "sepay-webhooks/tich-hop-webhook", nil},
	{WebhookRetryOn, "non_2xx", []string{"any_failure"}, "a 2xx answer with a wrong body fails without a retry, or is retried too", docs + "sepay-webhooks/xu-ly-loi", nil},
	{WebhookTimeouts, "15s/30s", []string{"5s/8s"}, "connect and total time of a delivery; older pages say 5 and 8 seconds", docs + "sepay-webhooks/tich-hop-webhook", timeouts},
	{WebhookSuccessRule, "200_or_201", []string{"legacy"}, "which statuses succeed; legacy: OAuth2.0 webhooks need 201", docs + "sepay-webhooks/tich-hop-webhook", nil},
	{WebhookSlowAfter, "5s", []string{"8s"}, "an answer slower than this is a finding; it would have failed under the older limits", docs + "sepay-webhooks/xu-ly-loi", duration},
	{WebhookConnection, ConnectionFresh, []string{ConnectionKept}, "over which connections webhooks and IPNs are sent: a fresh one for each attempt, as a call of cURL opens, whose error numbers SePay's log shows, or those that the handler keeps open, which one that closes without notice answers with a broken attempt", docs + "sepay-webhooks/xu-ly-loi", nil},
	{BankQuotas, Off, []string{"on"}, "the limits of SePay's test mode: 500 transfers a day, 1,000 to 499,000,000 VND, 50 accounts, 100 virtual accounts, 50 webhooks, 50 tokens", docs + "tien-ich-khac/test-mode", nil},
	{BankMemo, MemoIdeal, []string{MemoHabits}, "what SePay gets to know of a transfer: the memo as it was typed, or as the receiving bank writes it, with its referenceCode (explain habits shows the table)", banksSeen, nil},
	{BankTime, TimeAsMemo, []string{TimeBank, TimeSecond}, "when a transfer happened: as the bank tells it, which at MBBank and VPBank is the full minute, or to the second; as_memo: as the bank tells it where the memo is the bank's too", banksSeen, nil},

	{CheckoutInvalid, "400_page", []string{"200_page", "302_page"}, "how a refused checkout is answered: the error card at once with 400 or 200, or after a redirect; no page says", checkoutForm, nil},
	{CheckoutDescription, "required", []string{"optional"}, "whether order_description may be left out; the form's page requires it, the SDKs' pages do not", checkoutForm, nil},
	{CheckoutTTL, Off, []string{"15m"}, "how long an order waits for its payment; no page says that one expires", docs + "cong-thanh-toan/luong-thanh-toan", duration},
	{CheckoutCardOrder, "after_attempt", []string{"at_init"}, "when the REST API gets to know a card order; examples show a creation after the card was used", docs + "cong-thanh-toan/API/don-hang/chi-tiet-don-hang", nil},
	{CheckoutOrderVA, "auto", []string{"always", "never"}, "whether an order gets a virtual account of its own: where the bank demands one, wherever it has them, or nowhere", docs + "cong-thanh-toan/luong-thanh-toan", nil},
	{CheckoutCollects, "company", []string{"gateway"}, "whose account takes the transfers: the company's first one, so that they are transactions of the bank side too, or the gateway's own; no page says", docs + "cong-thanh-toan/luong-thanh-toan", nil},
	{PGAPIRateLimit, Off, []string{"3"}, "requests per second and address on the orders API, with the headers of API v2; the page names 429 without a number", docs + "cong-thanh-toan/API/tong-quan", rate},
	{PGAPIErrorBody, "plain", []string{"codeigniter"}, "the body of an error: {\"message\"}, or CodeIgniter's {\"status\",\"error\",\"messages\"}; no page shows one", docs + "cong-thanh-toan/API/tong-quan", nil},
	{PGAPIRefusal, "422", []string{"400"}, "the status of a cancel or void that the order's state forbids; no page says", docs + "cong-thanh-toan/API/tong-quan", nil},
	{PGAPIInvalid, "lenient", []string{"strict"}, "a date or status that cannot be read is ignored, or answered with 422; no page says", docs + "cong-thanh-toan/API/don-hang/danh-sach-don-hang", nil},
	{PGAPITransactions, "included", []string{"empty"}, "transactions of an order paid by transfer: listed, or [] as one client saw", docs + "cong-thanh-toan/API/don-hang/chi-tiet-don-hang", nil},
	{PGAPISettlement, "00:00", []string{"16:00"}, "the time of the settlement day from which a card payment cannot be voided any more; the page names the day only", docs + "cong-thanh-toan/API/giao-dich/huy-giao-dich", nil},
	{IPNVoidTransaction, "void", []string{"payment"}, "which transaction the IPN of a void carries: the void, or the payment that was voided", ipnPage, nil},
	{IPNSuccessRule, "200", []string{"2xx"}, "which statuses of the IPN handler succeed", ipnPage, nil},
	{IPNIDs, "uuid1", []string{"uuid4", "decimal"}, "ids of rows in the IPN: UUIDs of version 1 from one host, as 15 IPNs captured in June 2026 have them, UUIDs of version 4, as pages of 2026 print, or numbers, as those of 2025", ipnPage, nil},
	{IPNOrderIDs, "captured", []string{"docs"}, "ids of orders and transactions: PAY and digits for a transfer, the merchant id and trans- for a card, as 15 IPNs captured in June 2026 have them, or SEPAY- and digits, as the page's examples", ipnPage, nil},
	{IPNCardShape, "captured", []string{"docs"}, "a card in the IPN: 512345xxxxxx0008, 1230 and agreement null, as captured at SePay's sandbox in June 2026, or 5123XXXXXXXX0008, 12/30 and no agreement, as the page's example", ipnPage, nil},
	{IPNCardDate, "vietnam", []string{"plus7h"}, "transaction_date of a card's IPN: Vietnam's time, as the page says, or seven hours ahead, as one capture at SePay's sandbox of June 2026", ipnPage, nil},
	{IPNRenewals, Off, []string{"on"}, "send RENEWAL_ORDER_PAID for a later order of an agreement; pages of 2025 have it, those of 2026 do not", ipnPage, nil},
	{IPNDelay, Off, []string{"5s"}, "how long after the capture the IPN is sent", ipnPage, duration},
	{OAuthAutoConsent, Off, []string{"on"}, "let every application in at once, as the first user of its company, without login and consent pages", oauthFlow, nil},
	{OAuthCodeReuse, "deny", []string{"revoke"}, "what a second use of an authorization code does: it is refused, as the page's single use has it, or the tokens of the first use are revoked too, as RFC 6749 recommends", oauthFlow, nil},
	{WooRateLimit, Off, []string{"3"}, "requests per second and address on the calls of SePay's WooCommerce plugin, which waits as Retry-After says; no number is known", "https://wordpress.org/plugins/sepay-gateway/", rate},
	{OAuthAPIRateLimit, Off, []string{"3"}, "requests per second and address on the OAuth2 API; no page has a number", docs + "sepay-oauth2/tong-quan", rate},
	{OAuthAPIRetry, "lenient", []string{"strict"}, "retry_conditions in a request: as a list or a map, or as a list alone, with 500 to the documented map, as one client saw", docs + "sepay-oauth2/api-webhook", nil},
	{OAuthAPICreateID, "data", []string{"root"}, "the id of a new webhook: in data, as the service answers, or at the root too, as older pages say", docs + "sepay-oauth2/api-webhook", nil},
	{QRBankList, "captured", []string{"all"}, "the banks of banks.json: the 23 supported ones of August 2026, or all that are known, with the others as not supported", docs + "sepay-webhooks/tao-qr-va-form-thanh-toan", nil},
	{QRInvalid, "html", []string{"json"}, "how a QR picture of an unknown bank is answered: 200 with a web page, as seen, or 400 with JSON", imagePage, nil},
	{QRMemoLimit, "95", []string{"25"}, "characters of des that a QR picture holds: 95, as the form has room for (one captured in March 2026 has 32), or the 25 of NAPAS's paper; what is longer is cut", imagePage, nil},
	{QRDownload, "true_only", []string{"any"}, "which download makes the browser save a QR picture: true alone, as the page says, or any value but false, 0 and none; clients also send TRUE and DOWNLOAD", imagePage, nil},
}

// Table lists the settings.
func Table() []Setting { return slices.Clone(table) }

// ErrInvalid: an unknown setting, or an invalid value.
var ErrInvalid = errors.New("invalid setting")

// Values are the settings of an emulator or of a company. The zero value has
// the defaults.
type Values struct{ set map[Name]string }

// With returns the values with overrides applied, or [ErrInvalid]. The receiver
// is unchanged.
func (v Values) With(overrides map[string]string) (Values, error) {
	if len(overrides) == 0 {
		return v, nil
	}
	set := make(map[Name]string, len(v.set)+len(overrides))
	maps.Copy(set, v.set)
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		value := overrides[name]
		s, ok := find(Name(name))
		if !ok {
			return v, input.Refuse(ErrInvalid, "there is no setting %q%s", name, meant(name))
		}
		if err := s.accepts(value); err != nil {
			return v, input.Refuse(ErrInvalid, "%s cannot be %q: %v", name, value, err)
		}
		set[s.Name] = value
	}
	return Values{set}, nil
}

// meant returns the setting nearest to a misspelt name, if one is near.
func meant(name string) string {
	var names []string
	for _, s := range table {
		names = append(names, string(s.Name))
	}
	if near, ok := input.Nearest(name, names); ok {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
}

// Over returns the values with a company's overrides applied. They were checked
// when the company was created; an invalid one is ignored.
func (v Values) Over(company map[string]string) Values {
	w, err := v.With(company)
	if err != nil {
		return v
	}
	return w
}

// Get returns the value of a setting.
func (v Values) Get(n Name) string {
	if value, ok := v.set[n]; ok {
		return value
	}
	return defaults()[n]
}

// Rate returns a rate in requests per second; 0 is off.
func (v Values) Rate(n Name) int {
	value := v.Get(n)
	if value == "off" {
		return 0
	}
	rate, _ := strconv.Atoi(value) // it was checked
	return rate
}

// defaults are the values of settings that nobody chose: several are asked for in
// every request.
var defaults = sync.OnceValue(func() map[Name]string {
	all := make(map[Name]string, len(table))
	for _, s := range table {
		all[s.Name] = s.Default
	}
	return all
})

func find(n Name) (Setting, bool) {
	for _, s := range table {
		if s.Name == n {
			return s, true
		}
	}
	return Setting{}, false
}

func (s Setting) accepts(value string) error {
	if value == s.Default || slices.Contains(s.Alternatives, value) {
		return nil
	}
	if s.Check != nil {
		return s.Check(value)
	}
	return fmt.Errorf("want %s", strings.Join(append([]string{s.Default}, s.Alternatives...), " or "))
}
