package oauthapi

import (
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// webhook has the members of
// https://developer.sepay.vn/en/sepay-oauth2/api-webhook in their order. Flags
// are booleans here and 0 or 1 in requests. Only the credential of authen_type
// is included, in full, as the page shows it.
type webhook struct {
	ID int64 `json:"id"`
	// BankAccountID is 0 when the webhook is for several accounts or for all;
	// for several it is assumed.
	BankAccountID   int64            `json:"bank_account_id"`
	Name            string           `json:"name"`
	EventType       store.EventType  `json:"event_type"`
	AuthenType      store.AuthenType `json:"authen_type"`
	WebhookURL      string           `json:"webhook_url"`
	IsVerifyPayment bool             `json:"is_verify_payment"`
	SkipIfNoCode    bool             `json:"skip_if_no_code"`
	PrefixFilters   []string         `json:"prefix_filters"`
	RetryConditions retry            `json:"retry_conditions"`
	OnlyVA          bool             `json:"only_va"`
	VAMode          store.VAMode     `json:"va_mode"`
	BankMode        store.BankMode   `json:"bank_mode"`
	AlertThreshold  int              `json:"alert_threshold"`
	AlertEventTypes []string         `json:"alert_event_types"`
	Active          bool             `json:"active"`
	CreatedAt       string           `json:"created_at"`

	APIKey               string            `json:"api_key,omitempty"`
	SecretKey            string            `json:"secret_key,omitempty"`
	OAuth2AccessTokenURL string            `json:"oauth2_access_token_url,omitempty"`
	OAuth2ClientID       string            `json:"oauth2_client_id,omitempty"`
	OAuth2ClientSecret   string            `json:"oauth2_client_secret,omitempty"`
	RequestContentType   store.ContentType `json:"request_content_type"`
	// The lists are present when the webhook has one.
	BankAccountIDs    []int64 `json:"bank_account_ids,omitempty"`
	BankSubAccountIDs []int64 `json:"bank_sub_account_ids,omitempty"`
	AlertChannelIDs   []int64 `json:"alert_channel_ids,omitempty"`
}

// retry is the map in answers; requests have a list of names.
type retry struct {
	Non2xx int `json:"non_2xx_status_code"`
}

// created is the answer of a call that created a webhook.
type created struct {
	Status  string `json:"status"`
	Data    made   `json:"data"`
	Message string `json:"message"`
	// ID is at the place of older pages, when the setting says so.
	ID int64 `json:"id,omitempty"`
}

type made struct {
	ID int64 `json:"id"`
}

func showWebhook(h *store.Webhook) webhook {
	out := webhook{
		ID: h.ID, Name: h.Name, EventType: h.EventType, AuthenType: h.AuthenType, WebhookURL: h.URL,
		IsVerifyPayment: h.IsVerifyPayment, SkipIfNoCode: h.SkipIfNoCode, PrefixFilters: orEmpty(h.PrefixFilters),
		OnlyVA: h.OnlyVA, VAMode: h.VAMode, BankMode: h.BankMode,
		AlertThreshold: h.AlertThreshold, AlertEventTypes: orEmpty(h.AlertEventTypes), Active: h.Active, CreatedAt: clock.Stamp(h.CreatedAt),
		RequestContentType: h.RequestContentType, BankSubAccountIDs: h.BankSubAccountIDs, AlertChannelIDs: h.AlertChannelIDs,
	}
	if h.RetryNon2xx {
		out.RetryConditions.Non2xx = 1
	}
	switch {
	case h.BankMode == store.BankMulti:
		out.BankAccountIDs = h.BankAccountIDs
	case h.BankMode == store.BankSingle && len(h.BankAccountIDs) == 1:
		out.BankAccountID = h.BankAccountIDs[0]
	}
	switch h.AuthenType {
	case store.AuthAPIKey:
		out.APIKey = h.APIKey
	case store.AuthHMAC, store.AuthSecret:
		out.SecretKey = h.SecretKey
	case store.AuthOAuth2:
		out.OAuth2AccessTokenURL, out.OAuth2ClientID, out.OAuth2ClientSecret = h.OAuth2AccessTokenURL, h.OAuth2ClientID, h.OAuth2ClientSecret
	}
	return out
}
