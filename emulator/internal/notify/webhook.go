package notify

import (
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// ErrInvalid: a webhook configuration that SePay would refuse to save.
var ErrInvalid = errors.New("invalid webhook")

const (
	maxName         = 300
	maxTestWebhooks = 50
	defaultAlert    = 3
)

// invalid is an [ErrInvalid] about one member of the configuration, or, when
// member is empty, about all of it.
func invalid(member, format string, args ...any) error {
	err := input.Refuse(ErrInvalid, format, args...)
	if member == "" {
		return err
	}
	return input.At(err, "%s", member)
}

// Defaults fills in the empty fields of a new webhook, as SePay's wizard does.
func Defaults(h *store.Webhook) {
	set := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	set(&h.Name, "Webhook")
	set((*string)(&h.EventType), string(store.EventIn))
	set((*string)(&h.AuthenType), string(store.AuthNone))
	set((*string)(&h.RequestContentType), string(store.ContentJSON))
	if h.BankMode == "" {
		h.BankMode = store.BankAll
		if len(h.BankAccountIDs) == 1 {
			h.BankMode = store.BankSingle
		} else if len(h.BankAccountIDs) > 1 {
			h.BankMode = store.BankMulti
		}
	}
	if h.VAMode == "" {
		h.VAMode = store.VAAll
		if h.OnlyVA && len(h.BankSubAccountIDs) > 0 {
			h.VAMode = store.VAList
		}
	}
	if h.AlertThreshold == 0 {
		h.AlertThreshold = defaultAlert
	}
}

// Check returns why SePay would refuse the webhook, or nil. Names are not looked
// up: [Notifier.Vet] does that before a transaction.
func Check(r store.Reader, h store.Webhook, egress Egress) error {
	if err := checkShape(h); err != nil {
		return err
	}
	if err := egress.CheckURL(h.URL); err != nil {
		return invalid("webhook_url", "%v", err)
	}
	if h.AuthenType == store.AuthOAuth2 {
		if err := egress.CheckURL(h.OAuth2AccessTokenURL); err != nil {
			return invalid("oauth2_access_token_url", "%v", err)
		}
	}
	return checkAccounts(r, h)
}

func checkShape(h store.Webhook) error {
	credential := map[store.AuthenType][]struct{ name, value string }{
		store.AuthAPIKey: {{"api_key", h.APIKey}},
		store.AuthHMAC:   {{"secret_key", h.SecretKey}},
		store.AuthSecret: {{"secret_key", h.SecretKey}},
		store.AuthOAuth2: {{"oauth2_client_id", h.OAuth2ClientID}, {"oauth2_client_secret", h.OAuth2ClientSecret}},
	}
	for _, c := range credential[h.AuthenType] {
		if c.value == "" {
			return invalid(c.name, "needed for authen_type %s", h.AuthenType)
		}
		if !headerText(c.value) {
			return invalid(c.name, "want printable characters")
		}
	}
	switch {
	case h.Name == "" || utf8.RuneCountInString(h.Name) > maxName:
		return invalid("name", "want 1 to %d characters", maxName)
	case !slices.Contains([]store.EventType{store.EventAll, store.EventIn, store.EventOut}, h.EventType):
		return invalid("event_type", "%q: want All, In_only or Out_only", h.EventType)
	case !slices.Contains([]store.BankMode{store.BankSingle, store.BankMulti, store.BankAll}, h.BankMode):
		return invalid("bank_mode", "%q: want single, multi or all", h.BankMode)
	case !slices.Contains([]store.VAMode{store.VAAll, store.VAList, store.VANone}, h.VAMode):
		return invalid("va_mode", "%q: want all, list or none", h.VAMode)
	case !slices.Contains([]store.AuthenType{store.AuthNone, store.AuthAPIKey, store.AuthHMAC, store.AuthSecret, store.AuthOAuth2}, h.AuthenType):
		return invalid("authen_type", "%q: want No_Authen, Api_Key, HMAC_SHA256, Secret_Key or OAuth2.0", h.AuthenType)
	case !slices.Contains([]store.ContentType{store.ContentJSON, store.ContentForm, store.ContentMultipart}, h.RequestContentType):
		return invalid("request_content_type", "%q: want Json, multipart_form-data or application_x-www-form-urlencoded", h.RequestContentType)
	case !input.AlertRange.Has(int64(h.AlertThreshold)):
		return invalid("alert_threshold", "%d: want %s", h.AlertThreshold, input.AlertRange)
	}
	return nil
}

// headerText returns whether a credential is valid in a header.
func headerText(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// outgoingBanks are the banks whose accounts a webhook for outgoing money may
// listen to
// (https://developer.sepay.vn/vi/sepay-webhooks/tao-webhook).
var outgoingBanks = []string{"Sacombank", "TPBank", "VietinBank"}

// checkAccounts checks the selected accounts against the company's own.
func checkAccounts(r store.Reader, h store.Webhook) error {
	all, err := store.BankAccountByCompany.All(r, h.Company)
	if err != nil {
		return err
	}
	own := map[int64]store.BankAccount{}
	for _, a := range all {
		own[a.ID] = a
	}
	switch {
	case h.BankMode == store.BankSingle && len(h.BankAccountIDs) != 1:
		return invalid("bank_account_id", "bank_mode single needs exactly one")
	case h.BankMode == store.BankMulti && len(h.BankAccountIDs) == 0:
		return invalid("bank_account_ids", "bank_mode multi needs at least one")
	}
	selected := h.BankAccountIDs
	if h.BankMode == store.BankAll {
		selected = nil
		for id := range own {
			selected = append(selected, id)
		}
	}
	for _, id := range selected {
		a, ok := own[id]
		if !ok {
			return invalid("", "bank account %d does not belong to the company", id)
		}
		if h.EventType == store.EventOut && h.BankMode != store.BankAll && !slices.Contains(outgoingBanks, a.Bank) {
			return invalid("", "event_type Out_only works for Sacombank, TPBank and VietinBank only, not for %s", a.Bank)
		}
	}
	for _, id := range h.BankSubAccountIDs {
		if va, err := store.VirtualAccounts.Get(r, id); err != nil || va.Company != h.Company {
			return invalid("", "virtual account %d does not belong to the company", id)
		}
	}
	return nil
}

// Register saves a new webhook and returns it with its id.
func (n *Notifier) Register(w store.Writer, c store.Company, h store.Webhook) (store.Webhook, error) {
	h.Company = c.ID
	Defaults(&h)
	if n.config.Settings.Over(c.Settings).Get(setting.BankQuotas) == "on" {
		have, err := store.WebhookByCompany.Count(w, c.ID)
		if err != nil {
			return h, err
		}
		if have >= maxTestWebhooks {
			return h, invalid("", "test mode allows %d webhooks", maxTestWebhooks)
		}
	}
	if err := Check(w, h, n.config.Egress); err != nil {
		return h, err
	}
	id, err := store.Webhooks.NextID(w)
	if err != nil {
		return h, err
	}
	h.ID, h.CreatedAt = id, n.config.Clock.Now()
	return h, n.keep(w, h, "created")
}

// Change saves a changed webhook. It applies from the next transaction, and to
// the remaining attempts of earlier ones.
func (n *Notifier) Change(w store.Writer, h store.Webhook) error {
	if err := Check(w, h, n.config.Egress); err != nil {
		return err
	}
	return n.keep(w, h, "changed")
}

// Delete removes a webhook. Its deliveries stay in the log.
func (n *Notifier) Delete(w store.Writer, id int64) error {
	h, err := store.Webhooks.Get(w, id)
	if err != nil {
		return err
	}
	n.configured(w, h, "deleted")
	return store.Webhooks.Delete(w, id)
}

func (n *Notifier) keep(w store.Writer, h store.Webhook, what string) error {
	n.configured(w, h, what)
	return store.Webhooks.Put(w, h)
}

// Configured is the data of a fact about a webhook's configuration.
type Configured struct {
	ID int64
	// URL may hold credentials.
	URL string
	// What was done: created, changed or deleted.
	What string
}

// Size implements [fact.Data].
func (c Configured) Size() int { return 32 + len(c.URL) }

func (n *Notifier) configured(w store.Writer, h store.Webhook, what string) {
	w.Emit(fact.Fact{
		At: n.config.Clock.Now(), Company: h.Company, Subject: fact.About(fact.Webhook, strconv.FormatInt(h.ID, 10)), Type: fact.Webhook,
		Data: Configured{h.ID, h.URL, what},
	})
}
