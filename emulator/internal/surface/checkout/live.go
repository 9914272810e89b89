package checkout

import (
	"context"
	"errors"
	"net/http"
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

// events streams the order's progress: at once, and at every change.
func (a *API) events(v *visit) error {
	facts := a.Store.Facts()
	changes := facts.FromNow(fact.Filter{Type: fact.Order, Subject: fact.About(fact.Order, v.Order.OrderID)})
	last := ""
	look := func() []string {
		if a.refresh(v) != nil {
			return nil
		}
		text := string(v.progressJSON())
		if text == last {
			return nil
		}
		last = text
		return []string{"data: " + text + "\n\n"}
	}
	err := surface.Stream(v.w, v.r, func(ctx context.Context) ([]string, error) {
		if last == "" {
			if first := look(); first != nil {
				return first, nil
			}
		}
		// What was missed does not matter: the order is read again.
		if _, err := changes.Next(ctx); err != nil && !errors.Is(err, fact.ErrBehind) {
			return nil, err
		}
		return look(), nil
	})
	if errors.Is(err, surface.ErrSlow) {
		facts.Drop()
		return nil
	}
	return err
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
