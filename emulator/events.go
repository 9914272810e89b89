package emulator

import (
	"context"
	"encoding/json"

	"github.com/localsepay/localsepay/emulator/bank"
	"github.com/localsepay/localsepay/emulator/control"
	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/frontdoor"
	"github.com/localsepay/localsepay/emulator/journal"
	"github.com/localsepay/localsepay/emulator/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// RequestEvent is what the journal keeps of a request: its line, without
// headers and bodies. It is rendered when somebody reads it.
type RequestEvent struct {
	Entry   frontdoor.Entry
	control *control.Control
}

// Size implements [journal.Sizer].
func (e RequestEvent) Size() int { return e.Entry.Size() }

// MarshalJSON implements [json.Marshaler].
func (e RequestEvent) MarshalJSON() ([]byte, error) { return json.Marshal(e.Show()) }

// Show returns the request as the control API shows it.
func (e RequestEvent) Show() wire.Request {
	return e.control.ShowEntry(&e.Entry, e.Entry.Findings)
}

// Size implements [journal.Sizer].
func (e DeliveryEvent) Size() int { return e.Delivery.Size() }

// DeliveryEvent is a delivery after an attempt, rendered when somebody reads it.
type DeliveryEvent struct {
	Delivery store.Delivery
	control  *control.Control
}

// MarshalJSON implements [json.Marshaler].
func (e DeliveryEvent) MarshalJSON() ([]byte, error) { return json.Marshal(e.Show()) }

// Show returns the delivery as the control API shows it.
func (e DeliveryEvent) Show() wire.Delivery { return e.control.ShowDelivery(e.Delivery) }

func (e *Emulator) onRequest(entry *frontdoor.Entry) {
	e.journal.Publish(journal.Request, RequestEvent{entry.Line(), e.control})
}

func (e *Emulator) onAttempt(d store.Delivery) {
	e.checkDelivery(d)
	e.journal.Publish(journal.Delivery, DeliveryEvent{d, e.control})
}

// onOrder shows an order as it is at this change: a reset may take the company
// away that the order names.
func (e *Emulator) onOrder(o store.Order, payments []store.Payment) {
	shown, err := e.control.ShowOrder(context.Background(), o, payments)
	if err != nil {
		e.findings.Add(finding.Internal("the event of order "+o.OrderID, err))
		return
	}
	e.journal.Publish(journal.Order, shown)
}

func (e *Emulator) onTransfer(done bank.Receipt) {
	e.journal.Publish(journal.Transaction, control.ShowTransfer(done))
	e.gateway.Matched(done)
	if done.Recorded {
		return
	}
	e.findings.Add(finding.Finding{
		Code: "bank.not_notified", Severity: finding.Warning, Title: "The bank does not tell SePay of this transfer",
		Detail: done.Reason + ".", Hint: "Put SEVQR into the memo of the QR code or of the payment instructions.",
		Source: "https://developer.sepay.vn/vi/sepay-webhooks/tai-khoan-ngan-hang", Company: done.Company.ID,
	})
}
