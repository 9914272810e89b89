package control

import (
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

func (c *Control) getWebhooks(r request) (int, any, error) {
	hooks, err := c.Webhooks(r.Context(), r.URL.Query().Get("company"))
	return ok(wire.List[wire.Webhook]{Data: hooks}, err)
}

func (c *Control) postWebhook(r request) (int, any, error) {
	body, err := read[wire.WebhookBody](r)
	if err != nil {
		return 0, nil, err
	}
	return created(c.CreateWebhook(r.Context(), body))
}

func (c *Control) getWebhook(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Webhook(r.Context(), id))
}

func (c *Control) patchWebhook(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	body, err := read[wire.WebhookBody](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.UpdateWebhook(r.Context(), id, body))
}

func (c *Control) deleteWebhook(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	return none(c.DeleteWebhook(r.Context(), id))
}

func (c *Control) testWebhook(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	return ok(c.TestWebhook(r.Context(), id))
}

func (c *Control) getDeliveries(r request) (int, any, error) {
	limit, after, err := r.page()
	if err != nil {
		return 0, nil, err
	}
	webhook, err := r.number("webhook")
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	return ok(c.Deliveries(r.Context(), wire.DeliveryFilter{
		Company: q.Get("company"), Kind: q.Get("kind"), Status: q.Get("status"), WebhookID: webhook, Subject: q.Get("subject"), After: after,
	}, limit))
}

func (c *Control) getDelivery(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Delivery(r.Context(), id))
}

func (c *Control) replayOne(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	made, err := c.Replay(r.Context(), id)
	if err != nil {
		return 0, nil, err
	}
	return created(made[0], nil)
}

func (c *Control) replayBatch(r request) (int, any, error) {
	body, err := read[wire.ReplayBatch](r)
	if err == nil {
		err = input.CheckNumbers(body)
	}
	if err != nil {
		return 0, nil, err
	}
	if len(body.IDs) == 0 {
		return 0, nil, badRequest("ids: name at least one delivery")
	}
	made, err := c.Replay(r.Context(), body.IDs...)
	return created(wire.List[wire.Delivery]{Data: made}, err)
}
