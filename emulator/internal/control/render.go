package control

import (
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/mask"
)

// stamp formats an instant as RFC 3339 with Vietnam's offset.
func stamp(at time.Time) string { return at.In(clock.Vietnam).Format(time.RFC3339) }

func stampOrNull(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	s := stamp(at)
	return &s
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// orEmpty returns an empty list for nil, so that JSON has [] and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func showCompany(r store.Reader, c store.Company) (wire.Company, error) {
	out := wire.Company{
		ID: c.ID, Name: c.FullName, Environment: string(c.Environment), PayCode: c.Configurations.PayCode,
		PaymentCodeFormats: []wire.PaymentCodeFormat{}, Settings: map[string]string{},
		Merchant: wire.Merchant{
			MerchantID: c.Merchant.MerchantID, SecretKey: c.Merchant.SecretKey,
			PaymentMethods: []string{}, IPN: showIPN(c),
		},
		APITokens: []string{}, OAuthApps: []wire.OAuthApp{}, Users: []wire.User{}, BankAccounts: []wire.BankAccount{}, Webhooks: []wire.Webhook{},
	}
	if c.RateLimit > 0 {
		out.RateLimit = &c.RateLimit
	}
	for _, m := range c.Merchant.Methods {
		out.Merchant.PaymentMethods = append(out.Merchant.PaymentMethods, string(m))
	}
	for name, value := range c.Settings {
		out.Settings[name] = value
	}
	for _, f := range c.Configurations.PaymentCodeFormats {
		out.PaymentCodeFormats = append(out.PaymentCodeFormats, wire.PaymentCodeFormat{
			Prefix: f.Prefix, SuffixFrom: f.SuffixFrom, SuffixTo: f.SuffixTo, CharacterType: string(f.CharacterType), IsActive: f.IsActive,
		})
	}
	return out, showBelongings(r, &out)
}

// showBelongings adds the records of a company.
func showBelongings(r store.Reader, out *wire.Company) error {
	tokens, err := store.APITokenByCompany.All(r, out.ID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.Active {
			out.APITokens = append(out.APITokens, t.Token)
		}
	}
	apps, err := store.OAuthAppByCompany.All(r, out.ID)
	if err != nil {
		return err
	}
	for _, a := range apps {
		out.OAuthApps = append(out.OAuthApps, wire.OAuthApp{Name: a.Name, ClientID: a.ClientID, ClientSecret: a.ClientSecret, RedirectURIs: orEmpty(a.RedirectURIs), Scopes: orEmpty(a.Scopes)})
	}
	users, err := store.UserByCompany.All(r, out.ID)
	if err != nil {
		return err
	}
	for _, u := range users {
		out.Users = append(out.Users, showUser(u))
	}
	accounts, err := store.BankAccountByCompany.All(r, out.ID)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		shown, err := showAccount(r, a)
		if err != nil {
			return err
		}
		out.BankAccounts = append(out.BankAccounts, shown)
	}
	hooks, err := store.WebhookByCompany.All(r, out.ID)
	for _, h := range hooks {
		out.Webhooks = append(out.Webhooks, showWebhook(h))
	}
	return err
}

func showAccount(r store.Reader, a store.BankAccount) (wire.BankAccount, error) {
	out := wire.BankAccount{
		ID: a.ID, XID: a.XID, Bank: a.Bank, AccountNumber: a.AccountNumber, AccountHolderName: a.AccountHolderName,
		AccountType: string(a.AccountType), Label: a.Label, Active: a.Active, Balance: a.Balance, Accumulated: a.Accumulated, ReportsBalance: a.ReportsBalance,
		VirtualAccounts: []wire.VirtualAccount{},
	}
	vas, err := store.VirtualAccountByAccount.All(r, a.XID)
	for _, v := range vas {
		out.VirtualAccounts = append(out.VirtualAccounts, wire.VirtualAccount{
			ID: v.ID, XID: v.XID, Number: v.Number, Label: v.Label, Official: v.Official, Static: v.Static, Active: v.Active,
		})
	}
	return out, err
}

func readFormats(in []wire.PaymentCodeFormat) []store.PaymentCodeFormat {
	var out []store.PaymentCodeFormat
	for _, f := range in {
		out = append(out, store.PaymentCodeFormat{
			Prefix: f.Prefix, SuffixFrom: f.SuffixFrom, SuffixTo: f.SuffixTo, CharacterType: store.CharacterType(f.CharacterType), IsActive: f.IsActive,
		})
	}
	return out
}

func readMerchant(n wire.NewMerchant) store.Merchant {
	m := store.Merchant{MerchantID: n.MerchantID, SecretKey: n.SecretKey, IPN: readIPN(wire.IPNChange{URL: n.IPN.URL, AuthType: n.IPN.AuthType, Secret: n.IPN.Secret})}
	for _, name := range n.PaymentMethods {
		m.Methods = append(m.Methods, store.PaymentMethod(name))
	}
	return m
}

// readApps reads the applications and refuses unknown scopes.
func readApps(in []wire.OAuthApp) ([]store.OAuthApp, error) {
	var out []store.OAuthApp
	for i, a := range in {
		if len(a.Scopes) == 0 {
			a.Scopes = oauth2.Scopes()
		}
		for k, scope := range a.Scopes {
			if !slices.Contains(oauth2.Scopes(), scope) {
				return nil, input.At(input.Refuse(identity.ErrInvalid, "there is no scope %q: %s", scope, input.Hint(scope, oauth2.Scopes())), "oauth_apps[%d].scopes[%d]", i, k)
			}
		}
		out = append(out, store.OAuthApp{Name: a.Name, ClientID: a.ClientID, ClientSecret: a.ClientSecret, RedirectURIs: a.RedirectURIs, Scopes: a.Scopes})
	}
	return out, nil
}

// ShowTransfer renders the result of a transfer.
func ShowTransfer(done bank.Receipt) wire.Transfer {
	out := wire.Transfer{Recorded: done.Recorded, Reason: done.Reason, Webhooks: []wire.TransferNotice{}}
	if done.Recorded {
		t := showTransaction(done.Transaction)
		out.Transaction = &t
	}
	if w := done.Written; w != nil {
		out.BankWrote = &wire.BankWrote{Typed: w.Typed, Content: w.Content, Dropped: w.Dropped, Form: w.Form, Summary: w.Summary(done.Account.Bank)}
	}
	if m := done.Matched; m != nil {
		out.Order = &wire.MatchedOrder{OrderID: m.OrderID, InvoiceNumber: m.InvoiceNumber, Verdict: string(m.Verdict)}
	}
	for _, d := range done.Deliveries {
		notice := wire.TransferNotice{WebhookID: d.WebhookID, DeliveryID: d.ID, Result: wire.NoticeSent, Reason: d.Reason}
		if d.Status == store.Skipped {
			notice.Result = wire.NoticeSkipped
		}
		out.Webhooks = append(out.Webhooks, notice)
	}
	return out
}

func showTransaction(t store.Transaction) wire.Transaction {
	out := wire.Transaction{
		ID: t.ID, XID: t.XID, Company: t.Company, Bank: t.Gateway, AccountNumber: t.AccountNumber, SubAccount: orNull(t.SubAccount),
		Direction: string(t.TransferType), Amount: t.Amount, Accumulated: t.Accumulated, Content: t.Content,
		Reference: t.Reference, Code: orNull(t.Code), At: stamp(t.Date),
	}
	if t.HasWebhook {
		out.WebhookSuccess = &t.WebhookSuccess
	}
	return out
}

// ShowDelivery renders a delivery with the findings about it.
func (c *Control) ShowDelivery(d store.Delivery) wire.Delivery {
	return c.showDelivery(d, c.config.Findings.List(finding.Filter{Delivery: d.ID}, 0))
}

func (c *Control) showDelivery(d store.Delivery, found []finding.Finding) wire.Delivery {
	out := wire.Delivery{
		ID: d.ID, Kind: string(d.Kind), Origin: string(d.Origin), Company: d.Company, WebhookID: d.WebhookID, Subject: d.Subject,
		Label: notify.ReplayLabel(d), Status: string(d.Status), Reason: d.Reason, CreatedAt: stamp(d.CreatedAt),
		NextAttemptAt: stampOrNull(d.NextAttemptAt), Attempts: []wire.Attempt{}, Faults: orEmpty(d.Faults),
		Findings: c.showFindings(found),
	}
	out.Reason = c.config.Secrets.Prose(d.Reason)
	if d.ReplayOf != 0 {
		out.ReplayOf = &d.ReplayOf
	}
	for _, a := range d.Attempts {
		out.Attempts = append(out.Attempts, c.showAttempt(&d, a))
	}
	return out
}

// showAttempt renders an attempt with credentials masked.
func (c *Control) showAttempt(d *store.Delivery, a store.Attempt) wire.Attempt {
	m, body, kind := c.config.Secrets, d.Body, d.ContentType
	if a.Body != nil {
		body = a.Body
	}
	shown := wire.Attempt{
		Number: a.Number, At: stamp(a.At), DurationMS: milliseconds(a.Duration), ErrorCode: a.ErrorCode, Error: m.Prose(a.Error), Label: a.Label,
		Request: wire.AttemptRequest{URL: m.URL(a.URL), Headers: m.HeaderMap(a.RequestHeaders), Body: m.Body(kind, string(body))},
	}
	if r := a.Response; r != nil {
		kind = r.Headers["Content-Type"]
		shown.Response = &wire.AttemptResponse{Status: r.Status, Headers: m.HeaderMap(r.Headers), Body: m.Body(kind, string(r.Body)), Truncated: r.Truncated}
	}
	return shown
}

// showFindings masks credentials in findings.
func (c *Control) showFindings(list []finding.Finding) []finding.Finding {
	for i := range list {
		list[i] = list[i].Masked(c.config.Secrets)
	}
	return list
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// ShowRequest renders an entry of the traffic log; whole adds headers and
// bodies.
func (c *Control) ShowRequest(e *frontdoor.Entry, whole bool) wire.Request {
	out := c.ShowEntry(e, c.config.Findings.List(finding.Filter{Request: e.ID}, 0))
	if whole {
		shown, flat := e.Masked(c.config.Secrets), mask.Off()
		out.Query = shown.URL.RawQuery
		out.RequestHeaders, out.ResponseHeaders = flat.Headers(shown.Header), flat.Headers(shown.ResponseHeader)
		out.RequestBody, out.ResponseBody = showBody(shown.Body), showBody(shown.ResponseBody)
	}
	return out
}

// showBody replaces a binary body by a note of its size.
func showBody(b []byte) string {
	if !utf8.Valid(b) {
		return fmt.Sprintf("(%d bytes that are not text)", len(b))
	}
	return string(b)
}

// ShowEntry renders an entry of the traffic log with the given findings.
func (c *Control) ShowEntry(e *frontdoor.Entry, findings []finding.Finding) wire.Request {
	line := e.Line()
	return wire.Request{
		ID: e.ID, At: stamp(e.At), Method: e.Method, Host: c.config.Secrets.Known(e.Host), Path: c.config.Secrets.Known(line.URL.Path), Query: c.config.Secrets.Query(line.URL.RawQuery),
		Surface: e.Surface, Operation: e.Operation, Company: e.Company, Status: e.Status, DurationMS: milliseconds(e.Duration), Client: e.Client,
		Faults: orEmpty(e.Faults), Findings: orEmpty(c.showFindings(slices.Clone(findings))),
	}
}

// cursor is the ?after= of the next page: the id of a full page's last row.
func cursor(rows, limit int, last int64) *string {
	if rows < limit || rows == 0 {
		return nil
	}
	s := strconv.FormatInt(last, 10)
	return &s
}
