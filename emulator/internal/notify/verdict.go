package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// verdict is SePay's evaluation of an attempt.
type verdict struct {
	ok bool
	// retry says that SePay retries this failure.
	retry bool
	// problem says why it failed, empty on success.
	problem string
	// label is what the delivery log shows.
	label string
}

// webhookVerdict applies SePay's success rule: status 200 or 201, and a JSON
// object with success: true. Only a failed connection or a status outside 2xx
// is retried (https://developer.sepay.vn/vi/sepay-webhooks/tich-hop-webhook,
// …/xu-ly-loi).
func webhookVerdict(j job, a store.Attempt) verdict {
	if a.Response == nil {
		return verdict{retry: true, problem: a.Error, label: a.Label}
	}
	status := a.Response.Status
	label := fmt.Sprintf("HTTP %d", status)
	if j.endpoint.ipn != nil {
		return ipnVerdict(j, status, label)
	}
	any2xx := status >= 200 && status <= 299
	switch {
	case !any2xx:
		return verdict{retry: true, label: label, problem: fmt.Sprintf("the endpoint answered %d; 200 or 201 is needed", status)}
	case !statusSucceeds(j, status):
		return verdict{retry: j.retriesAnything(), label: label, problem: fmt.Sprintf("the endpoint answered %d, which is not a success", status)}
	case !isSuccess(a.Response.Body):
		return verdict{retry: j.retriesAnything(), label: label, problem: "the body is not JSON with \"success\": true"}
	}
	return verdict{ok: true, label: label}
}

// next describes what SePay does after a failure, by the retry rule of this
// delivery.
func (j job) next(v verdict) string {
	switch {
	case j.delivery.Origin != store.OriginTransaction:
		return "it was sent by hand and is not tried again"
	case v.retry && j.endpoint.retries:
		return "it is tried again, eight times in all"
	case v.retry:
		return "it is not tried again, because the webhook's automatic retry is off"
	}
	return "it is not even tried again, because only other statuses than 2xx are"
}

func (j job) retriesAnything() bool { return j.settings.Get(setting.WebhookRetryOn) == "any_failure" }

func statusSucceeds(j job, status int) bool {
	if j.settings.Get(setting.WebhookSuccessRule) == "legacy" && j.webhook.AuthenType == store.AuthOAuth2 {
		return status == http.StatusCreated
	}
	return status == http.StatusOK || status == http.StatusCreated
}

// isSuccess returns whether the body is a JSON object with success: true. Other
// members are allowed.
func isSuccess(body []byte) bool {
	var answer struct {
		Success json.RawMessage `json:"success"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return false
	}
	return bytes.Equal(bytes.TrimSpace(answer.Success), []byte("true"))
}

const pageErrors = "https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi"
const pageIntegrate = "https://developer.sepay.vn/vi/sepay-webhooks/tich-hop-webhook"

// noteFunc records a finding about an attempt.
type noteFunc func(code string, severity finding.Severity, title, detail, hint, source string)

// findings returns common mistakes in handlers; v is the verdict on the attempt,
// refused describes a refusal, nil for none.
func (n *Notifier) findings(ctx context.Context, j job, a store.Attempt, v verdict, refused *refusal) (found []finding.Finding, err error) {
	now := n.config.Clock.Now()
	note := func(code string, severity finding.Severity, title, detail, hint, source string) {
		found = append(found, finding.Finding{
			Code: string(j.delivery.Kind) + "." + code, Severity: severity, Title: title, Detail: detail, Hint: hint, Source: source,
			Delivery: j.delivery.ID, Company: j.delivery.Company, At: now,
		})
	}
	handlerFindings(j, a, v, refused, note)
	if a.Response != nil {
		err = n.compareReplay(ctx, j, a, note)
	}
	return found, err
}

// handlerFindings records mistakes in a handler's answer to one attempt.
func handlerFindings(j job, a store.Attempt, v verdict, refused *refusal, note noteFunc) {
	if slow := j.settings.Duration(setting.WebhookSlowAfter); a.Duration > slow {
		note("slow", finding.Warning, "The handler is slow",
			fmt.Sprintf("It took longer than %s; older SePay limits would have broken it off.", slow),
			"Store the notice, answer at once, and work afterwards.", pageErrors)
	}
	if a.Response == nil {
		if strings.Contains(a.Error, errToken.Error()) {
			note("oauth_token", finding.Error, "The token endpoint gave no usable token", a.Error,
				"Answer 200 with access_token, or with data.accessToken, data.refreshToken and data.expiredIn.", "https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc")
		}
		return
	}
	if refused != nil {
		note(refused.code, finding.Error, refused.title, refused.detail, refused.hint, refused.source)
	}
	if j.endpoint.ipn != nil {
		ipnFindings(j, a, v, note)
		return
	}
	status := a.Response.Status
	next := j.next(v)
	switch {
	case status >= 300 && status <= 399:
		note("redirect", finding.Error, "The handler redirects", fmt.Sprintf("It answered %d to %q; SePay does not follow redirects.", status, a.Response.Headers["Location"]),
			"Configure the final URL, with its scheme and trailing slash.", pageErrors)
	case status == http.StatusNoContent:
		note("no_content", finding.Error, "204 is a failure", "SePay takes 200 or 201 with a body. A 204 counts as failed: "+next+".",
			"Answer 200 with {\"success\": true}.", pageIntegrate)
	case status >= 200 && status <= 299 && !statusSucceeds(j, status):
		note("wrong_status", finding.Error, "The status is not a success", fmt.Sprintf("%d counts as failed: %s.", status, next),
			"Answer 200 with {\"success\": true}.", pageIntegrate)
	case statusSucceeds(j, status) && isHTML(a.Response):
		note("html", finding.Error, "The handler answers with a web page", pageDetail(a.Response)+" SePay needs JSON with \"success\": true.",
			"Check that the URL is the handler's and not a page of the shop.", pageIntegrate)
	case statusSucceeds(j, status) && !isSuccess(a.Response.Body):
		note("wrong_body", finding.Error, "The body does not say success", "A 2xx answer without \"success\": true counts as failed: "+next+".",
			"Answer {\"success\": true} with a boolean, not a text.", pageIntegrate)
	}
}

// compareReplay records a handler that answers a transaction's second notice
// differently from the first.
func (n *Notifier) compareReplay(ctx context.Context, j job, a store.Attempt, note noteFunc) error {
	if j.delivery.ReplayOf == 0 {
		return nil
	}
	var before store.Delivery
	err := n.config.Store.View(ctx, func(r store.Reader) (err error) {
		before, err = store.Deliveries.Get(r, j.delivery.ReplayOf)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && len(before.Attempts) == 0 {
		return nil // forgotten, or never sent
	}
	if err != nil {
		return err
	}
	first := before.Attempts[len(before.Attempts)-1].Response
	if first == nil || (first.Status == a.Response.Status && bytes.Equal(first.Body, a.Response.Body)) {
		return nil
	}
	severity := finding.Note
	if webhookVerdict(j, before.Attempts[len(before.Attempts)-1]).ok && !webhookVerdict(j, a).ok {
		severity = finding.Error
	}
	note("replay_differs", severity, "The handler answers a repeated notice otherwise",
		fmt.Sprintf("The first answer was %d, the answer to the same notice again is %d, or the bodies differ.", first.Status, a.Response.Status),
		"Deduplicate by id, and answer a duplicate like the first notice.", pageIntegrate)
	return nil
}

// pageDetail returns the sign by which an answer is taken for a web page.
func pageDetail(a *store.Answer) string {
	if bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte("<")) {
		return "The body is HTML."
	}
	return "Its Content-Type is text/html."
}

func isHTML(a *store.Answer) bool {
	kind, _, _ := mime.ParseMediaType(a.Headers["Content-Type"])
	return kind == "text/html" || bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte("<"))
}
