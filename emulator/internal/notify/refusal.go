package notify

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/pattern"
)

const pageAuth = "https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc"

// maxSigned bounds the signed text that a finding shows, in bytes.
const maxSigned = 4 << 10

// tolerance is the difference that SePay's samples allow between a signature's
// timestamp and the handler's clock.
const tolerance = 300 * time.Second

// refusal describes a handler that rejected a notice's credentials, from the
// exchange alone. It never contains a secret.
type refusal struct {
	// code is that of the finding, without its kind.
	code, title string
	// detail says what was sent and answered, hint what to check, the likeliest
	// cause first.
	detail, hint, source string
}

// rejectWords are words in answers that reject a notice's credentials.
var rejectWords = pattern.Lazy(`(?i)signature|unauthori[sz]ed|forbidden|hmac|api.?key|secret|credential|chữ ký`)

// rejects returns whether an answer rejects the notice's credentials: 401, 403,
// or another 4xx with such words.
func rejects(a *store.Answer) bool {
	switch {
	case a == nil || a.Status < 400 || a.Status > 499:
		return false
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		return true
	}
	return rejectWords().Match(a.Body)
}

// refused describes a handler that rejects the notice's credentials; nil when
// it does not, or when a fault made them wrong.
func (n *Notifier) refused(j job, a store.Attempt) *refusal {
	if !rejects(a.Response) || forged(j.fault) {
		return nil
	}
	answered := fmt.Sprintf("It answered %d", a.Response.Status)
	if said := strings.Join(strings.Fields(strings.ToValidUTF8(string(a.Response.Body), "�")), " "); said != "" {
		answered += fmt.Sprintf(" %.120s", said)
	}
	if j.endpoint.ipn != nil {
		return n.refusedIPN(j, answered)
	}
	others := n.otherSecrets(j)
	switch j.webhook.AuthenType {
	case store.AuthHMAC:
		return n.refusedSignature(j, a, answered, others)
	case store.AuthAPIKey:
		return &refusal{"rejects_secret", "The handler refuses the API key", answered + " to a webhook with the header Authorization, whose value is Apikey, a blank and the key of webhook " + fmt.Sprint(j.webhook.ID) + ".",
			checks("the handler compares with this webhook's key"+others, "it expects the word Apikey, written so and followed by one blank: not ApiKey, Bearer or the bare key", "the header reaches it: Apache and some proxies drop Authorization"), pageAuth}
	case store.AuthSecret:
		return &refusal{"rejects_secret", "The handler refuses the secret", answered + " to a webhook with the header X-Secret-Key.",
			checks("the handler compares with the secret of webhook "+fmt.Sprint(j.webhook.ID)+others, "it reads the header X-Secret-Key, and compares the whole of it"), pageAuth}
	case store.AuthOAuth2:
		return &refusal{"rejects_token", "The handler refuses the token of its own token endpoint", answered + " to a webhook with Authorization: Bearer and the access token that " + j.webhook.OAuth2AccessTokenURL + " gave.",
			checks("the handler accepts what the token endpoint gives out", "the token's life, expires_in, is what the handler thinks it is", "the header reaches it: Apache and some proxies drop Authorization"), pageAuth}
	}
	return &refusal{"rejects_default_auth", "The handler insists on a credential that SePay does not send", answered + ". The webhook's authen_type is No_Authen, the default: it carries no credential.",
		"Set the authentication that the handler expects: here with --webhook-auth or PATCH /_control/v1/webhooks, and in SePay's dashboard.", pageAuth}
}

// refusedIPN is refused for an IPN.
func (n *Notifier) refusedIPN(j job, answered string) *refusal {
	if j.endpoint.ipn.AuthType == store.IPNNone {
		return &refusal{"rejects_default_auth", "The handler insists on a header that SePay does not send",
			answered + ". The IPN's auth type is NONE, the dashboard's default: no X-Secret-Key is sent. The payer has paid and sees no error.",
			"Set the auth type to SECRET_KEY, here with serve --ipn-secret or PUT /_control/v1/ipn, and in SePay's dashboard.", pageIPN}
	}
	return &refusal{"rejects_secret", "The handler refuses the secret", answered + " to an IPN with the header X-Secret-Key.",
		checks("the handler compares with the IPN's secret, which may differ from the merchant's secret key"+n.otherSecrets(j), "it reads the header X-Secret-Key, and compares the whole of it: an IPN has no signature"), pageIPN}
}

// refusedSignature is refused for a signed webhook.
func (n *Notifier) refusedSignature(j job, a store.Attempt, answered, others string) *refusal {
	signed := j.delivery.SignedBody
	if signed == nil {
		signed = j.delivery.Body
	}
	if a.Body != nil { // a fault changed it, and it was signed afresh
		signed = a.Body
	}
	text := a.RequestHeaders[HeaderTimestamp] + "." + string(signed)
	if len(text) > maxSigned {
		text = strings.ToValidUTF8(text[:maxSigned], "") + fmt.Sprintf("… (%d bytes)", len(text))
	}
	return &refusal{"rejects_signature", "The handler refuses the signature",
		answered + ". Signed, with HMAC-SHA256 under the secret of webhook " + fmt.Sprint(j.webhook.ID) + ", was X-SePay-Timestamp, a dot and the raw body, and X-SePay-Signature is sha256= and lower-case hex. The signed text: " + text,
		checks(n.likelyCauses(j, a, signed, others)...), pageAuth}
}

// likelyCauses lists possible mistakes in a handler's signature check,
// likeliest first.
func (n *Notifier) likelyCauses(j job, a store.Attempt, body []byte, others string) []string {
	secret := "the secret is that of this webhook, as configured" + others
	raw := "the HMAC is computed over the raw bytes that came in, before any parsing: a body that was parsed and written again has other bytes"
	stamp := "the signed text begins with X-SePay-Timestamp in seconds and a dot"
	form := "the comparison is with sha256= and lower-case hex, not with bare hex or base64"
	all := []string{secret, stamp, raw, form}
	if escaped(body) {
		raw += `; this body has \/ or \u00e1, which JSON.stringify, json.dumps and PHP with flags write otherwise`
		all = []string{secret, raw, stamp, form}
		if plain, odd := n.acceptedBefore(j); plain && !odd {
			all = []string{raw + ": the handler has taken notices without such characters, so secret and timestamp are right", form}
		}
	}
	clockText := "the handler's clock: the emulator's is more than five minutes from this machine's, so the timestamp looks too old or too new; give the handler the emulator's time, or start the emulator at the present"
	said := strings.ToLower(string(a.Response.Body))
	if n.config.Clock.Now().Sub(clock.NewReal().Now()).Abs() > tolerance {
		return append([]string{clockText}, all...)
	}
	if strings.Contains(said, "expired") || strings.Contains(said, "timestamp") || strings.Contains(said, "too old") {
		return append([]string{"the age of the timestamp is compared in seconds, with a clock that is right: its answer speaks of time"}, all...)
	}
	return all
}

// escaped returns whether a body has escapes that other JSON writers do not
// write.
func escaped(body []byte) bool {
	return bytes.Contains(body, []byte(`\/`)) || bytes.Contains(body, []byte(`\u`))
}

// acceptedBefore returns whether the handler accepted earlier notices signed
// with the webhook's present secret: plain ones, and odd ones with escapes.
func (n *Notifier) acceptedBefore(j job) (plain, odd bool) {
	const recent = 50
	var page store.Page[store.Delivery]
	err := n.config.Store.View(context.Background(), func(r store.Reader) (err error) {
		page, err = store.ListDeliveries(r, store.DeliveryFilter{Company: j.delivery.Company, WebhookID: j.webhook.ID, Status: store.Succeeded}, store.Window{Limit: recent, NoTotal: true})
		return err
	})
	if err != nil {
		return false, false // the log cannot be read: nothing is known
	}
	for _, d := range page.Rows {
		last := d.Attempts[len(d.Attempts)-1]
		if Verify(j.webhook.SecretKey, last.RequestHeaders[HeaderSignature], last.RequestHeaders[HeaderTimestamp], d.Body, last.At, tolerance) != nil {
			continue
		}
		if escaped(d.Body) {
			odd = true
		} else {
			plain = true
		}
	}
	return plain, odd
}

// forged returns whether a fault made the notice one that a handler should
// refuse.
func forged(hit *fault.Hit) bool {
	if hit == nil {
		return false
	}
	do := hit.Do
	return do.WrongAuth != "" || do.StaleTimestamp != "" || (do.Tamper != nil && do.Tamper.Signature != "fresh")
}

// otherSecrets names the company's other secrets, which are easily confused.
func (n *Notifier) otherSecrets(j job) string {
	var names []string
	err := n.config.Store.View(context.Background(), func(r store.Reader) error {
		c, err := store.CompanyByID.Find(r, j.delivery.Company)
		if err != nil {
			return err
		}
		hooks, err := store.WebhookByCompany.All(r, c.ID)
		for _, h := range hooks {
			if h.ID != j.webhook.ID && h.AuthenType != store.AuthNone {
				names = append(names, fmt.Sprintf("webhook %d's", h.ID))
			}
		}
		if j.endpoint.ipn == nil && c.Merchant.IPN.AuthType == store.IPNSecret {
			names = append(names, "the IPN's")
		}
		names = append(names, "the merchant's secret key", "an API token")
		return err
	})
	if err != nil || len(names) == 0 {
		return ""
	}
	return ", and not another of the company: " + strings.Join(names, ", ")
}

// checks formats a numbered list.
func checks(what ...string) string {
	parts := make([]string, len(what))
	for i, w := range what {
		parts[i] = fmt.Sprintf("(%d) %s", i+1, w)
	}
	return "Check that: " + strings.Join(parts, "; ") + "."
}
