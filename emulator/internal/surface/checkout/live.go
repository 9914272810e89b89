package checkout

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// progressView is an order's progress, for the script of the page.
type progressView struct {
	OrderID     string            `json:"order_id"`
	OrderStatus store.OrderStatus `json:"order_status"`
	State       payment.State     `json:"state"`
	Redirect    *string           `json:"redirect"`
}

func (v *visit) progressJSON() []byte {
	s := progressView{OrderID: v.Order.OrderID, OrderStatus: v.Order.Status, State: v.progress.State}
	if v.progress.Redirect != "" {
		s.Redirect = &v.progress.Redirect
	}
	text, _ := phpjson.Encode(s) // a struct of texts always encodes
	return text
}

// status is polled by a page without a working stream.
func (a *API) status(v *visit) error {
	h := v.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	v.w.WriteHeader(http.StatusOK)
	surface.WriteBody(v.w, v.progressJSON())
	return nil
}

// gone is the last event of an order that is not known any more: a reset or restore
// took it away.
const gone = "event: gone\ndata: {}\n\n"

// events streams the order's progress: at once, and at every change.
func (a *API) events(v *visit) error {
	facts := a.Store.Facts()
	changes := facts.FromNow(fact.Filter{Company: v.Company.ID})
	last := ""
	look := func() []string {
		text := gone
		switch err := a.refresh(v); {
		case err == nil:
			text = "data: " + string(v.progressJSON()) + "\n\n"
		case !errors.Is(err, errGone):
			return nil
		}
		if text == last {
			return nil
		}
		last = text
		return []string{text}
	}
	err := surface.Stream(v.w, v.r, func(ctx context.Context) ([]string, error) {
		switch last {
		case "":
			if first := look(); first != nil {
				return first, nil
			}
		case gone:
			return nil, io.EOF
		}
		// What was missed does not matter: the order is read again.
		next, err := changes.Next(ctx)
		if err != nil && !errors.Is(err, fact.ErrBehind) {
			return nil, err
		}
		if err == nil && !slices.ContainsFunc(next, v.concerns) {
			return nil, nil
		}
		return look(), nil
	})
	switch {
	case errors.Is(err, surface.ErrSlow):
		facts.Drop()
		return nil
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// concerns returns whether the order may be another after a fact.
func (v *visit) concerns(f fact.Fact) bool {
	switch f.Type {
	case fact.Order:
		return f.Subject == fact.About(fact.Order, v.Order.OrderID)
	case fact.Reset, fact.Restore:
		return true
	}
	return false
}

// image draws the QR code of the page. It needs no signed link, as it shows
// only its own query.
func image(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	bank, _ := vietqr.Lookup(q.Get("bank"))
	amount, _ := strconv.ParseInt(q.Get("amount"), 10, 64)
	picture, err := vietqr.Payload{Dynamic: true, BIN: bank.BIN, Account: q.Get("acc"), Amount: amount, Memo: q.Get("des")}.PNG(vietqr.ImageOptions{Template: vietqr.QROnly})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Content-Length", strconv.Itoa(len(picture)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=300")
	w.WriteHeader(http.StatusOK)
	surface.WriteBody(w, picture)
}
