package audit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/texts"
)

// reading is how SePay evaluates a handler's answer, by the emulator's settings
// (https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi).
type reading struct {
	// retryAll says that a 2xx answer without success is retried too.
	retryAll bool
	// any2xx says that any 2xx is success for an IPN.
	any2xx bool
	// limit is the maximum time of an answer.
	limit time.Duration
}

// settings reads the emulator's settings.
func (a *attack) settings() (reading, error) {
	r := reading{limit: 30 * time.Second}
	state, err := a.api.State(a.ctx)
	if err != nil {
		return r, err
	}
	for _, s := range state.Settings {
		switch s.Name {
		case "webhook.retry_on":
			r.retryAll = s.Value == "any_failure"
		case "ipn.success_rule":
			r.any2xx = s.Value == "2xx"
		case "webhook.timeouts":
			_, total, _ := strings.Cut(s.Value, "/")
			if d, err := time.ParseDuration(total); err == nil {
				r.limit = d
			}
		}
	}
	return r, nil
}

func is2xx(s Sent) bool { return s.Status >= 200 && s.Status <= 299 }

// took returns whether SePay counts a notice as delivered.
func (r reading) took(k kind, s Sent) bool {
	if k == kindIPN {
		return s.Status == http.StatusOK || r.any2xx && is2xx(s)
	}
	var body struct {
		Success json.RawMessage `json:"success"`
	}
	return (s.Status == http.StatusOK || s.Status == http.StatusCreated) && json.Unmarshal([]byte(s.Answer), &body) == nil && string(body.Success) == "true"
}

// means describes what SePay does after an answer without success.
func (r reading) means(k kind, s Sent) string {
	switch {
	case k == kindIPN:
		return "SePay counts it as failed and sends it again, seven times at most"
	case is2xx(s) && !r.retryAll:
		return "SePay counts it as failed and never sends it again: of failures only those with another status than 2xx are tried again"
	}
	return "SePay counts it as failed and, where the webhook's automatic retry is on, sends it again, seven times at most"
}

// took returns whether the handler accepted a notice: SePay counts it as
// delivered, or the answer is the one that it gave to the honest notice that it
// booked.
func (a *attack) took(s Sent) bool {
	return a.reads.took(a.kind, s) || s.Status != 0 && s.Status == a.known().usual
}

// refusedAt returns the index of the first answer without success, or -1.
func (a *attack) refusedAt(sent []Sent) int {
	return slices.IndexFunc(sent, func(s Sent) bool { return !s.cut && !a.took(s) })
}

// crashes returns whether the handler crashed, unlike at honest notices.
func (a *attack) crashes(s Sent) bool {
	return crashed(s) && (s.Status == 0 || s.Status != a.known().usual)
}

// crashed returns whether a handler crashed: no answer, or a server error.
func crashed(s Sent) bool {
	return !s.cut && (s.Status == 0 || s.Status >= http.StatusInternalServerError)
}

// answered describes an answer.
func answered(s Sent) string {
	if s.Status == 0 {
		return "no answer: " + s.Error
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", s.Status, short(strings.Join(strings.Fields(s.Answer), " "), 80)))
}

// oneLine returns a text on one line, without terminal control.
func oneLine(s string) string {
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s), "�")
}

// unusual marks a webhook whose memo has characters that SePay's format allows
// and no bank was seen to send. A shop's own texts may have any.
func unusual(n notice) string {
	if n.kind != kindWebhook {
		return ""
	}
	var names []string
	for _, c := range texts.In(contentOf(n)) {
		if !c.Usual {
			names = append(names, c.Name)
		}
	}
	if names == nil {
		return ""
	}
	return "the memo holds what SePay's format allows but no captured notice of a bank has: " + strings.Join(names, ", ")
}
