package oauthapi

import (
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// webhookFilter selects webhooks. The zero value of a field does not filter.
type webhookFilter struct {
	// url is a part of the address, case-insensitive.
	url    string
	apiKey string
	active *bool
}

func (f webhookFilter) match(h *store.Webhook) bool {
	return strings.Contains(strings.ToLower(h.URL), strings.ToLower(f.url)) &&
		(f.apiKey == "" || (h.AuthenType == store.AuthAPIKey && h.APIKey == f.apiKey)) &&
		(f.active == nil || h.Active == *f.active)
}

// listWebhooks is GET /api/v1/webhooks
// (https://developer.sepay.vn/en/sepay-oauth2/api-webhook): newest first, which
// is assumed.
func (a *API) listWebhooks(c call) (any, error) {
	f := webhookFilter{url: c.params.text("webhook_url"), apiKey: c.params.text("api_key"), active: c.params.flag("active")}
	win, page := c.params.window()
	var rows []store.Webhook
	err := a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		rows, err = store.WebhookByCompany.All(r, c.access.Company.ID)
		return err
	})
	rows = slices.DeleteFunc(rows, func(h store.Webhook) bool { return !f.match(&h) })
	slices.Reverse(rows)
	from := min(win.Offset, len(rows))
	part := rows[from:min(from+win.Limit, len(rows))]
	return pageOf(show(part, showWebhook), len(rows), win, page), err
}

// hook returns a webhook of the caller's company.
func (c call) hook(r store.Reader, id int64) (store.Webhook, error) {
	h, err := store.Webhooks.Get(r, id)
	return h, c.found(h.Company, err)
}

// webhook is GET /api/v1/webhooks/{id}.
func (a *API) webhook(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var h store.Webhook
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		h, err = c.hook(r, id)
		return err
	})
	return one(showWebhook(&h)), err
}

// createWebhook is POST /api/v1/webhooks. It answers with 200; clients treat it
// like 201.
func (a *API) createWebhook(c call) (any, error) {
	body, have, err := c.webhookBody()
	if err != nil {
		return nil, err
	}
	if err := checkRequired(body, have); err != nil {
		return nil, err
	}
	h := store.Webhook{Active: true}
	if err := apply(body, &h); err != nil {
		return nil, webhookError(err)
	}
	if err := a.Notifier.Vet(c.r.Context(), body); err != nil {
		return nil, webhookError(err)
	}
	err = a.Store.Update(c.r.Context(), func(w store.Writer) (err error) {
		h, err = a.Notifier.Register(w, c.access.Company, h)
		return err
	})
	if err != nil {
		return nil, webhookError(err)
	}
	out := created{Status: success, Data: made{h.ID}, Message: "Webhook created"}
	if c.rules.Get(setting.OAuthAPICreateID) == "root" {
		out.ID = h.ID
	}
	return out, nil
}

// updateWebhook is PATCH /api/v1/webhooks/{id}: absent members stay unchanged.
func (a *API) updateWebhook(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	body, _, err := c.webhookBody()
	if err != nil {
		return nil, err
	}
	if err := a.Notifier.Vet(c.r.Context(), body); err != nil {
		return nil, webhookError(err)
	}
	err = a.Store.Update(c.r.Context(), func(w store.Writer) error {
		h, err := c.hook(w, id)
		if err != nil {
			return err
		}
		if err := apply(body, &h); err != nil {
			return err
		}
		return a.Notifier.Change(w, h)
	})
	return done{success, "Webhook updated"}, webhookError(err)
}

// deleteWebhook is DELETE /api/v1/webhooks/{id}. Its deliveries stay in the
// log.
func (a *API) deleteWebhook(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	err = a.Store.Update(c.r.Context(), func(w store.Writer) error {
		if _, err := c.hook(w, id); err != nil {
			return err
		}
		return a.Notifier.Delete(w, id)
	})
	return done{success, "Webhook deleted"}, err
}
