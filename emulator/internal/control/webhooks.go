package control

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// CreateWebhook registers a webhook of a company; an empty name takes the only
// company there is.
func (c *Control) CreateWebhook(ctx context.Context, body wire.WebhookBody) (wire.Webhook, error) {
	var made store.Webhook
	if err := c.config.Notifier.Vet(ctx, body); err != nil {
		return wire.Webhook{}, err
	}
	err := c.config.Store.Update(ctx, func(w store.Writer) error {
		company, err := oneCompany(w, body.Company)
		if err == nil {
			made, err = c.register(w, company, body)
		}
		return err
	})
	return showWebhook(made), err
}

func (c *Control) register(w store.Writer, company store.Company, body wire.WebhookBody) (store.Webhook, error) {
	h := store.Webhook{Active: true}
	if err := readWebhook(body, &h); err != nil {
		return h, err
	}
	return c.config.Notifier.Register(w, company, h)
}

// readWebhook applies the members of a body to a webhook.
func readWebhook(body wire.WebhookBody, h *store.Webhook) error {
	if err := input.CheckNumbers(body); err != nil {
		return err
	}
	if err := checkRetry(body.RetryConditions); err != nil {
		return input.At(err, "retry_conditions")
	}
	return notify.Apply(body, h)
}

// checkRetry refuses conditions that do not exist, in either form. What has
// neither form is refused where it is applied.
func checkRetry(conditions wire.RetryConditions) error {
	var names []string
	var flags map[string]json.RawMessage
	if json.Unmarshal(conditions, &names) != nil && json.Unmarshal(conditions, &flags) == nil {
		names = slices.Sorted(maps.Keys(flags))
	}
	for _, name := range names {
		if name != wire.RetryNon2xx {
			return input.Refuse(notify.ErrInvalid, "there is no condition %q: want %s", name, wire.RetryNon2xx)
		}
	}
	return nil
}

// UpdateWebhook changes the members that body names. A webhook keeps its company.
func (c *Control) UpdateWebhook(ctx context.Context, id int64, body wire.WebhookBody) (wire.Webhook, error) {
	var h store.Webhook
	if err := c.config.Notifier.Vet(ctx, body); err != nil {
		return wire.Webhook{}, err
	}
	err := c.config.Store.Update(ctx, func(w store.Writer) error {
		var err error
		if h, err = store.Webhooks.Get(w, id); err != nil {
			return err
		}
		if body.Company != "" && body.Company != h.Company {
			return input.At(input.Refuse(notify.ErrInvalid, "webhook %d is of %s and stays there: make one of %s", id, quoteHost(h.Company), quoteHost(body.Company)), "company")
		}
		before := h
		if err := readWebhook(body, &h); err != nil || reflect.DeepEqual(before, h) {
			return err
		}
		return c.config.Notifier.Change(w, h)
	})
	return showWebhook(h), err
}

// DeleteWebhook removes a webhook; its deliveries stay in the log.
func (c *Control) DeleteWebhook(ctx context.Context, id int64) error {
	return c.config.Store.Update(ctx, func(w store.Writer) error { return c.config.Notifier.Delete(w, id) })
}

// Webhook returns one webhook.
func (c *Control) Webhook(ctx context.Context, id int64) (wire.Webhook, error) {
	var h store.Webhook
	err := c.config.Store.View(ctx, func(r store.Reader) (err error) {
		h, err = store.Webhooks.Get(r, id)
		return err
	})
	return showWebhook(h), err
}

// Webhooks lists the webhooks of a company, or of all.
func (c *Control) Webhooks(ctx context.Context, company string) ([]wire.Webhook, error) {
	out := []wire.Webhook{}
	err := c.config.Store.View(ctx, func(r store.Reader) error {
		companies, err := store.CompaniesList.All(r, store.AllCompanies)
		for _, known := range companies {
			if company != "" && known.ID != company {
				continue
			}
			hooks, err := store.WebhookByCompany.All(r, known.ID)
			if err != nil {
				return err
			}
			for _, h := range hooks {
				out = append(out, showWebhook(h))
			}
		}
		return err
	})
	return out, err
}

// oneCompany finds the company that is named, or the only one.
func oneCompany(r store.Reader, id string) (store.Company, error) {
	if id != "" {
		return companyNamed(r, id)
	}
	all, err := mainCompanies(r)
	if err != nil {
		return store.Company{}, err
	}
	if len(all) != 1 {
		return store.Company{}, badRequest("there are several companies: name one with \"company\"")
	}
	return all[0], nil
}

// companyNamed finds a company; its error lists the existing ones.
func companyNamed(r store.Reader, id string) (store.Company, error) {
	company, err := store.CompanyByID.Find(r, id)
	if !errors.Is(err, store.ErrNotFound) {
		return company, err
	}
	all, err := mainCompanies(r)
	if err != nil {
		return company, err
	}
	var ids []string
	for _, c := range all[:min(len(all), maxNamed)] {
		ids = append(ids, c.ID)
	}
	return company, newProblem(http.StatusNotFound, "Not found", "there is no company "+quoteHost(id), input.Hint(id, ids))
}

// maxNamed bounds how many names a hint lists.
const maxNamed = 20

func showWebhook(h store.Webhook) wire.Webhook {
	retry := map[string]int{"non_2xx_status_code": 0}
	if h.RetryNon2xx {
		retry["non_2xx_status_code"] = 1
	}
	out := wire.Webhook{
		ID: h.ID, Company: h.Company, Name: h.Name, WebhookURL: h.URL, EventType: string(h.EventType),
		BankMode: string(h.BankMode), BankAccountIDs: orEmpty(h.BankAccountIDs), VAMode: string(h.VAMode), OnlyVA: h.OnlyVA,
		BankSubAccountIDs: orEmpty(h.BankSubAccountIDs), IsVerifyPayment: h.IsVerifyPayment, SkipIfNoCode: h.SkipIfNoCode,
		PrefixFilters: orEmpty(h.PrefixFilters), AuthenType: string(h.AuthenType), APIKey: h.APIKey, SecretKey: h.SecretKey,
		OAuth2AccessTokenURL: h.OAuth2AccessTokenURL, OAuth2ClientID: h.OAuth2ClientID, OAuth2ClientSecret: h.OAuth2ClientSecret,
		RequestContentType: string(h.RequestContentType), RetryConditions: retry, Active: h.Active,
		AlertThreshold: h.AlertThreshold, AlertEventTypes: orEmpty(h.AlertEventTypes), AlertChannelIDs: orEmpty(h.AlertChannelIDs),
		CreatedAt: stamp(h.CreatedAt),
	}
	if h.BankMode == store.BankSingle && len(h.BankAccountIDs) == 1 {
		out.BankAccountID = h.BankAccountIDs[0]
	}
	return out
}
