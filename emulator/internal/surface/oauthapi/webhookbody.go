package oauthapi

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// webhookBody reads a request's webhook.
func (c call) webhookBody() (control.WebhookBody, given, error) {
	var body control.WebhookBody
	have, err := c.members(&body, "company") // the control API's alone
	if err != nil {
		return body, have, err
	}
	if err := c.checkRetry(body.RetryConditions); err != nil {
		return body, have, err
	}
	return body, have, checkLists(body)
}

// checkRetry checks the form of retry_conditions as one integration saw it: a
// map, as in answers and on the page, made SePay answer with 500.
func (c call) checkRetry(raw control.RetryConditions) error {
	if !bytes.HasPrefix(raw, []byte("{")) {
		return nil
	}
	const title, hint = "retry_conditions was sent as a map", `Send the list ["non_2xx_status_code"], or [] for none.`
	if c.rules.Get(setting.OAuthAPIRetry) == "strict" {
		c.note("retry_conditions", finding.Error, title, "One integration saw SePay answer this shape with 500, as the emulator does by its setting "+string(setting.OAuthAPIRetry)+".", hint)
		return errInternal
	}
	c.note("retry_conditions", finding.Warning, title, "Answers have a map; one integration saw SePay answer a map in a request with 500.", hint)
	return nil
}

// checkLists checks the list members that no other check covers.
func checkLists(b control.WebhookBody) error {
	switch {
	case slices.Contains(b.PrefixFilters, ""):
		return badRequest("prefix_filters: want no empty text")
	case slices.ContainsFunc(b.AlertEventTypes, func(s string) bool { return s != "failure" && s != "recovery" }):
		return badRequest("alert_event_types: want failure or recovery")
	case slices.ContainsFunc(b.AlertChannelIDs, func(id int64) bool { return id < 1 }):
		return badRequest("alert_channel_ids: want numbers from 1")
	}
	return nil
}

// checkRequired returns which members a new webhook lacks. They are documented;
// only active, which the page requires, is optional here, as a working plugin
// omits it.
func checkRequired(b control.WebhookBody, have given) error {
	required := []string{"name", "webhook_url", "event_type", "authen_type", "is_verify_payment", "skip_if_no_code"}
	if b.AuthenType == nil || *b.AuthenType != string(store.AuthOAuth2) {
		required = append(required, "request_content_type")
	}
	switch {
	case b.BankMode == nil, *b.BankMode == string(store.BankSingle):
		required = append(required, "bank_account_id")
	case *b.BankMode == string(store.BankMulti):
		required = append(required, "bank_account_ids")
	}
	required = slices.DeleteFunc(required, func(name string) bool { return have[name] })
	if len(required) > 0 {
		return badRequest("A webhook needs " + strings.Join(required, ", "))
	}
	return nil
}

// apply applies the body to a webhook. Of the two ways of naming accounts the
// list wins for several: an answer has both, and may be sent back.
func apply(b control.WebhookBody, h *store.Webhook) error {
	mode := h.BankMode
	if b.BankMode != nil {
		mode = store.BankMode(*b.BankMode)
	}
	if mode == store.BankMulti && b.BankAccountIDs != nil {
		b.BankAccountID = nil
	}
	return notify.Apply(b, h)
}

// webhookError maps the notifier's error to the surface's.
func webhookError(err error) error {
	for _, kind := range []error{notify.ErrInvalid, control.ErrUnreadable} {
		if errors.Is(err, kind) {
			return badRequest(strings.TrimPrefix(err.Error(), kind.Error()+": "))
		}
	}
	return err
}
