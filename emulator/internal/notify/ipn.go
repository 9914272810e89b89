package notify

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

const pageIPN = "https://developer.sepay.vn/vi/cong-thanh-toan/IPN"

const noIPN = "no IPN URL is set: PUT /_control/v1/ipn, or --ipn"

// OrderNotice writes the delivery of an IPN about an order, due at an instant.
// Without an IPN URL it is written as skipped, so that the log explains why the
// merchant was not notified.
func (n *Notifier) OrderNotice(w store.Writer, c store.Company, orderID string, body []byte, at time.Time) error {
	id, err := store.Deliveries.NextID(w)
	if err != nil {
		return err
	}
	d := store.Delivery{
		ID: id, Kind: store.KindIPN, Origin: store.OriginTransaction, Company: c.ID, Subject: orderID, Status: store.Queued,
		ContentType: "application/json", Body: body, CreatedAt: n.config.Clock.Now(), NextAttemptAt: at,
	}
	if c.Merchant.IPN.URL == "" {
		d.Status, d.Reason, d.NextAttemptAt = store.Skipped, noIPN, time.Time{}
	} else {
		lose(w, &d)
	}
	return store.Deliveries.Put(w, d)
}

// CheckIPN returns why SePay would refuse an IPN configuration, or nil. Unlike
// the real dashboard it accepts http and local addresses.
func (n *Notifier) CheckIPN(ipn store.IPN) error {
	if ipn.AuthType != store.IPNNone && ipn.AuthType != store.IPNSecret {
		return invalid("auth_type", "%q: want NONE or SECRET_KEY", ipn.AuthType)
	}
	if !headerText(ipn.Secret) || strings.Contains(ipn.Secret, " ") {
		return invalid("secret", "want printable characters without blanks")
	}
	if ipn.URL == "" {
		return nil
	}
	if err := n.config.Egress.CheckURL(ipn.URL); err != nil {
		return invalid("url", "%v", err)
	}
	return nil
}

// ipnHeaders returns the headers of an IPN. The user agent is made up.
func ipnHeaders(j job) map[string]string {
	h := map[string]string{"Content-Type": j.delivery.ContentType, "User-Agent": "SePay-IPN/1.0"}
	if j.endpoint.ipn.AuthType == store.IPNSecret {
		h["X-Secret-Key"] = j.endpoint.ipn.Secret
	}
	return h
}

// ipnVerdict applies the IPN's success rule: status 200. Anything else is
// retried, on the webhooks' schedule (assumed).
func ipnVerdict(j job, status int, label string) verdict {
	lenient := j.settings.Get(setting.IPNSuccessRule) == "2xx"
	if status == http.StatusOK || (lenient && status >= 200 && status <= 299) {
		return verdict{ok: true, label: label}
	}
	return verdict{retry: true, label: label, problem: fmt.Sprintf("the IPN handler answered %d; 200 is needed", status)}
}

// ipnFindings records common mistakes of IPN handlers.
func ipnFindings(j job, a store.Attempt, v verdict, note noteFunc) {
	status := a.Response.Status
	switch {
	case v.ok:
		if isHTML(a.Response) {
			note("html", finding.Warning, "The IPN handler answers with a web page", pageDetail(a.Response)+" SePay takes the 200, but a page at this URL is often not the handler.",
				"Check that the URL is the handler's and not a page of the shop.", pageIPN)
		}
	case status >= 300 && status <= 399:
		note("redirect", finding.Error, "The IPN handler redirects", fmt.Sprintf("It answered %d to %q; redirects are not followed.", status, a.Response.Headers["Location"]),
			"Configure the final URL, with its scheme and trailing slash.", pageIPN)
	case status >= 201 && status <= 299:
		note("wrong_status", finding.Error, "Only 200 is a success", fmt.Sprintf("The handler answered %d; the page asks for 200, so that it counts as failed: %s.", status, j.next(v)),
			"Answer 200 with {\"success\": true}.", pageIPN)
	}
}
