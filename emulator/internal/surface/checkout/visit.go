package checkout

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// The page's own query parameters, besides the signed fields.
const (
	paramMethod  = "method"
	paramAttempt = "attempt"
)

// visit is a customer's request with a valid link.
type visit struct {
	payment.Checkout
	w        http.ResponseWriter
	r        *http.Request
	plain    bool // the address is not one of SePay's hosts
	language page.Language
	progress payment.Progress
	place    payment.Place
	query    url.Values
}

// visited wraps a handler so that it gets the visit of a signed link.
func (a *API) visited(h func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := a.visit(w, r)
		if err == nil {
			err = h(v)
		}
		if err != nil {
			a.fail(w, r, err)
		}
	}
}

func (a *API) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	x := surface.From(r)
	v := &visit{w: w, r: r, plain: x.Environment == "", language: page.LanguageOf(r.URL.Query()), query: r.URL.Query()}
	form := payment.ParseForm(r.URL.RawQuery).Without(page.ParamLanguage, paramMethod, paramAttempt)
	var err error
	v.Checkout, err = a.Gateway.Look(r.Context(), payment.Request{Form: form, Environment: x.Environment, UserAgent: r.UserAgent(), IPAddress: customerIP(r)})
	if err != nil {
		return v, err
	}
	x.Company = v.Company.ID
	return v, a.refresh(v)
}

// errGone: the order of a visit is not known any more.
var errGone = errors.New("the order is gone")

// refresh reads the order's present progress.
func (a *API) refresh(v *visit) error {
	return a.Store.View(v.r.Context(), func(r store.Reader) error {
		o, err := store.Orders.Get(r, v.Order.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && !sameOrder(o, v.Order) {
			return errGone
		}
		if err != nil {
			return err
		}
		v.Order = o
		if v.progress, err = payment.ProgressOf(r, o); err != nil {
			return err
		}
		v.place, err = payment.PlaceOf(r, o)
		return err
	})
}

// sameOrder returns whether two records are of one order. After a reset another
// order may have the number of one that is gone.
func sameOrder(a, b store.Order) bool {
	return a.OrderID == b.OrderID && a.Company == b.Company && a.InvoiceNumber == b.InvoiceNumber && a.Amount == b.Amount
}

// address returns a path below the page with the link's query and more fields.
func (v *visit) address(path string, more ...payment.Field) string {
	return v.addressIn(v.language, path, more...)
}

func (v *visit) addressIn(l page.Language, path string, more ...payment.Field) string {
	query := append(v.Link[:len(v.Link):len(v.Link)], more...)
	if l == page.English {
		query = append(query, payment.Field{Name: page.ParamLanguage, Value: string(l)})
	}
	return base + path + "?" + query.Encode()
}

// frame returns the page's frame. more are the parameters of this page.
func (v *visit) frame(path string, more ...payment.Field) page.Frame {
	return page.Frame{Language: v.language, Switch: v.addressIn(v.language.Other(), path, more...), Merchant: v.Company.ShortName}
}

func (v *visit) order() page.Order {
	return page.Order{OrderID: v.Order.OrderID, InvoiceNumber: v.Order.InvoiceNumber, Description: v.Order.Description, Amount: v.Order.Amount}
}

// live returns how the page learns of changes of the order.
func (a *API) live(v *visit) page.Live {
	l := page.Live{Status: v.address("/status"), Events: v.address("/events"), State: string(v.progress.State)}
	if v.r.Method == http.MethodPost {
		l.Page = v.address("") // loading the answer to a form again would post it again
	}
	if at := v.Order.ExpiresAt; !at.IsZero() {
		until := a.ticking(at)
		l.Expires, l.Ticking, l.Scale = until.Expires, until.Ticking, until.Scale
	}
	return l
}

// ticking returns the wait until an instant, by the emulator's clock.
func (a *API) ticking(at time.Time) page.Live {
	state := a.Clock.State()
	return page.Live{Expires: max(0, at.Sub(state.Now)), Ticking: state.Mode != clock.Frozen, Scale: state.Scale}
}

func (v *visit) exit() page.Leave { return page.Leave{Cancel: v.address("/cancel")} }

// received returns the transfers for the order that did not pay it.
func (v *visit) received() []page.Received {
	var out []page.Received
	for _, got := range v.Order.Received {
		if got.Verdict != store.VerdictPaid {
			by := max(got.Amount-v.Order.Amount, v.Order.Amount-got.Amount)
			out = append(out, page.Received{Amount: got.Amount, At: got.At, Memo: got.Memo, Verdict: string(got.Verdict), Difference: by})
		}
	}
	return out
}

// see redirects the browser to another page of the emulator after a form.
func (v *visit) see(path string, more ...payment.Field) error {
	v.w.Header().Set("Location", v.address(path, more...))
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}
