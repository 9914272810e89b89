package control

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Webhook is the configuration of a webhook with its secrets, in SePay's own names
// (https://developer.sepay.vn/en/sepay-oauth2/api-webhook). The values have constants
// that begin with Webhook, such as [WebhookAuthHMAC].
type Webhook struct {
	ID                   int64          `json:"id"`
	Company              string         `json:"company"`
	Name                 string         `json:"name"`
	WebhookURL           string         `json:"webhook_url"`
	EventType            string         `json:"event_type"`
	BankMode             string         `json:"bank_mode"`
	BankAccountID        int64          `json:"bank_account_id"`
	BankAccountIDs       []int64        `json:"bank_account_ids"`
	VAMode               string         `json:"va_mode"`
	OnlyVA               bool           `json:"only_va"`
	BankSubAccountIDs    []int64        `json:"bank_sub_account_ids"`
	IsVerifyPayment      bool           `json:"is_verify_payment"`
	SkipIfNoCode         bool           `json:"skip_if_no_code"`
	PrefixFilters        []string       `json:"prefix_filters"`
	AuthenType           string         `json:"authen_type"`
	APIKey               string         `json:"api_key,omitempty"`
	SecretKey            string         `json:"secret_key,omitempty"`
	OAuth2AccessTokenURL string         `json:"oauth2_access_token_url,omitempty"`
	OAuth2ClientID       string         `json:"oauth2_client_id,omitempty"`
	OAuth2ClientSecret   string         `json:"oauth2_client_secret,omitempty"`
	RequestContentType   string         `json:"request_content_type"`
	RetryConditions      map[string]int `json:"retry_conditions"`
	Active               bool           `json:"active"`
	AlertThreshold       int            `json:"alert_threshold"`
	AlertEventTypes      []string       `json:"alert_event_types"`
	AlertChannelIDs      []int64        `json:"alert_channel_ids"`
	CreatedAt            string         `json:"created_at"`
}

// ErrUnreadable is wrapped by errors about a value of a wrong kind.
var ErrUnreadable = errors.New("cannot be read")

func unreadable(what string) error { return fmt.Errorf("%w: %s", ErrUnreadable, what) }

// WebhookBody is the body of the calls that make or change a webhook, in SePay's names
// (https://developer.sepay.vn/en/sepay-oauth2/api-webhook). What is nil takes SePay's
// default, or stays as it is; an empty list is a value.
type WebhookBody struct {
	// Company is for the call that makes a webhook. Inside of a company it stays empty, and a
	// seed file has no such key.
	Company              string          `json:"company,omitempty" yaml:"-"`
	Name                 *string         `json:"name,omitempty"`
	WebhookURL           *string         `json:"webhook_url,omitempty"`
	EventType            *string         `json:"event_type,omitempty" enum:"All,In_only,Out_only"`
	BankMode             *string         `json:"bank_mode,omitempty" enum:"single,multi,all"`
	BankAccountID        *int64          `json:"bank_account_id,omitempty" bound:"id"`
	BankAccountIDs       []int64         `json:"bank_account_ids,omitzero" bound:"id"`
	VAMode               *string         `json:"va_mode,omitempty" enum:"all,list,none"`
	OnlyVA               *Flag           `json:"only_va,omitempty"`
	BankSubAccountIDs    []int64         `json:"bank_sub_account_ids,omitzero" bound:"id"`
	IsVerifyPayment      *Flag           `json:"is_verify_payment,omitempty"`
	SkipIfNoCode         *Flag           `json:"skip_if_no_code,omitempty"`
	PrefixFilters        []string        `json:"prefix_filters,omitzero"`
	AuthenType           *string         `json:"authen_type,omitempty" enum:"No_Authen,Api_Key,HMAC_SHA256,Secret_Key,OAuth2.0"`
	APIKey               *string         `json:"api_key,omitempty"`
	SecretKey            *string         `json:"secret_key,omitempty"`
	OAuth2AccessTokenURL *string         `json:"oauth2_access_token_url,omitempty"`
	OAuth2ClientID       *string         `json:"oauth2_client_id,omitempty"`
	OAuth2ClientSecret   *string         `json:"oauth2_client_secret,omitempty"`
	RequestContentType   *string         `json:"request_content_type,omitempty" enum:"Json,multipart_form-data,application_x-www-form-urlencoded"`
	RetryConditions      RetryConditions `json:"retry_conditions,omitempty"`
	Active               *Flag           `json:"active,omitempty"`
	AlertThreshold       *int            `json:"alert_threshold,omitempty" bound:"alert"`
	AlertEventTypes      []string        `json:"alert_event_types,omitzero"`
	AlertChannelIDs      []int64         `json:"alert_channel_ids,omitzero" bound:"id"`
}

// Flag is a bool whose JSON is true, false, 1 or 0, because SePay's API takes both.
type Flag bool

// RetryConditions is JSON in one of SePay's two forms: the list
// ["non_2xx_status_code"], which [RetryOn] makes, or the map
// {"non_2xx_status_code":1}.
type RetryConditions = json.RawMessage

// RetryOn makes [RetryConditions] of conditions such as [RetryNon2xx]. Without any, a
// failed webhook is not retried.
func RetryOn(conditions ...string) RetryConditions {
	text, _ := json.Marshal(append([]string{}, conditions...)) // texts are always JSON
	return text
}

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
