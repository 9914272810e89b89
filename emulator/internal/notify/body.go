package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// Apply applies the members of a body to a webhook. Absent members stay.
func Apply(b control.WebhookBody, h *store.Webhook) error {
	set(&h.Name, b.Name)
	set(&h.URL, b.WebhookURL)
	set((*string)(&h.EventType), b.EventType)
	set((*string)(&h.BankMode), b.BankMode)
	set((*string)(&h.VAMode), b.VAMode)
	set((*string)(&h.AuthenType), b.AuthenType)
	set(&h.APIKey, b.APIKey)
	set(&h.SecretKey, b.SecretKey)
	set(&h.OAuth2AccessTokenURL, b.OAuth2AccessTokenURL)
	set(&h.OAuth2ClientID, b.OAuth2ClientID)
	set(&h.OAuth2ClientSecret, b.OAuth2ClientSecret)
	set((*string)(&h.RequestContentType), b.RequestContentType)
	set((*control.Flag)(&h.OnlyVA), b.OnlyVA)
	set((*control.Flag)(&h.IsVerifyPayment), b.IsVerifyPayment)
	set((*control.Flag)(&h.SkipIfNoCode), b.SkipIfNoCode)
	set((*control.Flag)(&h.Active), b.Active)
	set(&h.AlertThreshold, b.AlertThreshold)
	setList(&h.BankSubAccountIDs, b.BankSubAccountIDs)
	setList(&h.PrefixFilters, b.PrefixFilters)
	setList(&h.AlertEventTypes, b.AlertEventTypes)
	setList(&h.AlertChannelIDs, b.AlertChannelIDs)
	applyAccounts(b, h)
	return applyRetry(b.RetryConditions, h)
}

// applyAccounts reads both ways to name accounts: one id, 0 for the whole
// company, or a list.
func applyAccounts(b control.WebhookBody, h *store.Webhook) {
	setList(&h.BankAccountIDs, b.BankAccountIDs)
	if b.BankAccountID == nil || len(b.BankAccountIDs) > 1 {
		return // an answer that is sent back has both: the list says more
	}
	mode := store.BankSingle
	h.BankAccountIDs = []int64{*b.BankAccountID}
	if *b.BankAccountID == 0 {
		mode, h.BankAccountIDs = store.BankAll, nil
	}
	if b.BankMode == nil {
		h.BankMode = mode
	}
}

// applyRetry reads retry_conditions as a list of names or as a map of flags.
func applyRetry(conditions control.RetryConditions, h *store.Webhook) error {
	const name = "non_2xx_status_code"
	raw := bytes.TrimSpace(conditions)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var names []string
	if json.Unmarshal(raw, &names) == nil {
		h.RetryNon2xx = slices.Contains(names, name)
		return nil
	}
	var flags map[string]control.Flag
	if json.Unmarshal(raw, &flags) != nil {
		return fmt.Errorf(`%w: retry_conditions: want ["non_2xx_status_code"] or {"non_2xx_status_code": 1}`, control.ErrUnreadable)
	}
	h.RetryNon2xx = bool(flags[name])
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func setList[T any](to *[]T, from []T) {
	if from != nil {
		*to = slices.Clone(from)
	}
}
