package setting

import "github.com/localsepay/localsepay/openapi"

// Kinds of evidence besides the ranks of [openapi.Evidence].
const (
	// Example is a page's example, which is no rule: where captured bytes differ
	// they are the default.
	Example openapi.Evidence = "example"
	// Own is a switch of this emulator, not a fact about SePay.
	Own openapi.Evidence = "own"
)

// Value is one value of a setting and its evidence.
type Value struct {
	Value    string           `json:"value"`
	Evidence openapi.Evidence `json:"evidence"`
}

// Values lists the default and the alternatives with their evidence.
func (s Setting) Values() []Value {
	known := evidence[s.Name]
	out := make([]Value, 0, 1+len(s.Alternatives))
	for i, v := range append([]string{s.Default}, s.Alternatives...) {
		one := Value{Value: v, Evidence: openapi.Assumed}
		if i < len(known) {
			one.Evidence = known[i]
		}
		out = append(out, one)
	}
	return out
}

// The short names of the table.
const (
	documented = openapi.Documented
	captured   = openapi.Captured
	observed   = openapi.Observed
	assumed    = openapi.Assumed
	example    = Example
	own        = Own
)

// evidence lists the evidence of each setting's values: the default first, then
// the alternatives in their order. It is never changed.
var evidence = map[Name][]openapi.Evidence{
	V1RateLimit:        {documented, documented, own},
	V2RateLimit:        {documented, assumed, own},
	V2RateHeaders:      {documented, assumed},
	V1AuthError:        {documented, observed},
	V2InvalidParameter: {assumed, assumed},
	V2WebhookSuccess:   {documented, documented},
	WebhookSubAccount:  {captured, documented},
	WebhookRetryOn:     {documented, assumed},
	WebhookTimeouts:    {documented, documented},
	WebhookSuccessRule: {documented, documented},
	WebhookSlowAfter:   {own, own},
	WebhookConnection:  {assumed, own},
	BankQuotas:         {own, documented},
	BankMemo:           {own, captured},
	BankTime:           {own, captured, own},

	CheckoutInvalid:     {assumed, assumed, assumed},
	CheckoutDescription: {documented, documented},
	CheckoutTTL:         {assumed, own},
	CheckoutCardOrder:   {assumed, assumed},
	CheckoutOrderVA:     {assumed, assumed, assumed},
	CheckoutCollects:    {assumed, assumed},
	PGAPIRateLimit:      {assumed, assumed},
	PGAPIErrorBody:      {assumed, assumed},
	PGAPIRefusal:        {assumed, assumed},
	PGAPIInvalid:        {assumed, assumed},
	PGAPITransactions:   {documented, observed},
	PGAPISettlement:     {assumed, assumed},
	IPNVoidTransaction:  {assumed, assumed},
	IPNSuccessRule:      {documented, assumed},
	IPNIDs:              {captured, example, example},
	IPNOrderIDs:         {captured, example},
	IPNCardShape:        {captured, example},
	IPNCardDate:         {documented, captured},
	IPNRenewals:         {documented, documented},
	IPNDelay:            {assumed, own},
	OAuthAutoConsent:    {documented, own},
	OAuthCodeReuse:      {documented, assumed},
	WooRateLimit:        {assumed, assumed},
	OAuthAPIRateLimit:   {assumed, assumed},
	OAuthAPIRetry:       {documented, observed},
	OAuthAPICreateID:    {observed, example},
	QRInvalid:           {observed, own},
	QRBankList:          {captured, assumed},
	QRMemoLimit:         {captured, documented},
	QRDownload:          {documented, assumed},
}
