package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/localsepay/localsepay/emulator/store"
)

// ErrUnreadable: a value of a wrong kind.
var ErrUnreadable = errors.New("cannot be read")

func unreadable(what string) error { return fmt.Errorf("%w: %s", ErrUnreadable, what) }

// WebhookBody is what a call says of a webhook's configuration, in SePay's
// names (https://developer.sepay.vn/en/sepay-oauth2/api-webhook). What is absent
// takes SePay's default, or stays as it is.
type WebhookBody struct {
	// Company is the control API's alone.
	Company              string          `json:"company,omitempty"`
	Name                 *string         `json:"name,omitempty"`
	WebhookURL           *string         `json:"webhook_url,omitempty"`
	EventType            *string         `json:"event_type,omitempty"`
	BankMode             *string         `json:"bank_mode,omitempty"`
	BankAccountID        *int64          `json:"bank_account_id,omitempty" bound:"id"`
	BankAccountIDs       []int64         `json:"bank_account_ids,omitempty" bound:"id"`
	VAMode               *string         `json:"va_mode,omitempty"`
	OnlyVA               *Flag           `json:"only_va,omitempty"`
	BankSubAccountIDs    []int64         `json:"bank_sub_account_ids,omitempty" bound:"id"`
	IsVerifyPayment      *Flag           `json:"is_verify_payment,omitempty"`
	SkipIfNoCode         *Flag           `json:"skip_if_no_code,omitempty"`
	PrefixFilters        []string        `json:"prefix_filters,omitempty"`
	AuthenType           *string         `json:"authen_type,omitempty"`
	APIKey               *string         `json:"api_key,omitempty"`
	SecretKey            *string         `json:"secret_key,omitempty"`
	OAuth2AccessTokenURL *string         `json:"oauth2_access_token_url,omitempty"`
	OAuth2ClientID       *string         `json:"oauth2_client_id,omitempty"`
	OAuth2ClientSecret   *string         `json:"oauth2_client_secret,omitempty"`
	RequestContentType   *string         `json:"request_content_type,omitempty"`
	RetryConditions      RetryConditions `json:"retry_conditions,omitempty"`
	Active               *Flag           `json:"active,omitempty"`
	AlertThreshold       *int            `json:"alert_threshold,omitempty" bound:"alert"`
	AlertEventTypes      []string        `json:"alert_event_types,omitempty"`
	AlertChannelIDs      []int64         `json:"alert_channel_ids,omitempty" bound:"id"`
}

// Flag reads true, false, 1 and 0, as SePay's API takes both.
type Flag bool

// RetryConditions is the raw value: SePay answers with the map
// {"non_2xx_status_code":1} and takes the list ["non_2xx_status_code"]; both
// are read.
type RetryConditions = json.RawMessage

// UnmarshalJSON implements [json.Unmarshaler].
func (f *Flag) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true", "1":
		*f = true
	case "false", "0":
		*f = false
	default:
		return unreadable("want true, false, 1 or 0, not " + string(b))
	}
	return nil
}

// Apply puts what the body names onto a webhook.
func (b WebhookBody) Apply(h *store.Webhook) error {
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
	set((*Flag)(&h.OnlyVA), b.OnlyVA)
	set((*Flag)(&h.IsVerifyPayment), b.IsVerifyPayment)
	set((*Flag)(&h.SkipIfNoCode), b.SkipIfNoCode)
	set((*Flag)(&h.Active), b.Active)
	set(&h.AlertThreshold, b.AlertThreshold)
	setList(&h.BankSubAccountIDs, b.BankSubAccountIDs)
	setList(&h.PrefixFilters, b.PrefixFilters)
	setList(&h.AlertEventTypes, b.AlertEventTypes)
	setList(&h.AlertChannelIDs, b.AlertChannelIDs)
	b.applyAccounts(h)
	return b.applyRetry(h)
}

// applyAccounts reads both ways of naming accounts: one id, 0 for the whole
// company, or a list.
func (b WebhookBody) applyAccounts(h *store.Webhook) {
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
func (b WebhookBody) applyRetry(h *store.Webhook) error {
	const name = "non_2xx_status_code"
	raw := bytes.TrimSpace(b.RetryConditions)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var names []string
	if json.Unmarshal(raw, &names) == nil {
		h.RetryNon2xx = slices.Contains(names, name)
		return nil
	}
	var flags map[string]Flag
	if json.Unmarshal(raw, &flags) != nil {
		return unreadable(`retry_conditions: want ["non_2xx_status_code"] or {"non_2xx_status_code": 1}`)
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
