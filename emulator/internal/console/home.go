package console

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// homeRows is how many rows a table of the front page has.
const homeRows = 5

// places lists the addresses on the front page: those of the route table, and
// pages for a browser.
func places() []page.Place {
	var out []page.Place
	for _, s := range openapi.Surfaces().Addressed() {
		out = append(out, page.Place{Name: s.Key, Path: s.At("") + s.Example})
	}
	return append(out,
		page.Place{Name: "banks", Path: "/banks.json", Link: "/banks.json"},
		page.Place{Name: "phone", Path: PhonePath, Link: PhonePath},
		page.Place{Name: "control", Path: "/_control/v1/state", Link: "/_control/v1/state"},
	)
}

// Home is the front page. The addresses are open to all; recent activity is
// shown only to callers that the control API accepts.
func (c *Console) Home(w http.ResponseWriter, r *http.Request) {
	v := page.Home{Frame: frame(r), Places: places()}
	v.Curl = "curl -d '{\"amount\":150000,\"content\":\"DH123456 thanh toan\"}' \\\n  " + surface.Origin(r) + "/_control/v1/transfers"
	if c.Control.Allows(r) {
		recent, err := c.recent(r.Context())
		if err != nil {
			page.Fail(w, err)
			return
		}
		v.Recent = recent
	}
	page.Show(w, http.StatusOK, v)
}

// frame returns the frame of a page with its addresses in both languages.
func frame(r *http.Request) page.Frame {
	q := r.URL.Query()
	f := page.Frame{Language: page.LanguageOf(q)}
	q.Set(page.ParamLanguage, string(f.Language.Other()))
	f.Switch = r.URL.Path + "?" + q.Encode()
	return f
}

// recent returns the latest activity.
func (c *Console) recent(ctx context.Context) ([]page.Recent, error) {
	orders, err := c.Control.Orders(ctx, store.OrderFilter{}, homeRows)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	moved, err := c.transfers(ctx)
	if err != nil {
		return nil, fmt.Errorf("list transfers: %w", err)
	}
	sent, err := c.Control.Deliveries(ctx, wire.DeliveryFilter{}, homeRows)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	out := []page.Recent{
		{Kind: "orders", Verb: "localsepay orders"}, {Kind: "transfers", Verb: "localsepay timeline --type transaction", Rows: moved},
		{Kind: "deliveries", Verb: "localsepay deliveries"}, {Kind: "findings", Verb: "localsepay timeline --type finding"},
	}
	for _, o := range orders.Data {
		out[0].Rows = append(out[0].Rows, page.RecentRow{
			Title: cmp.Or(o.InvoiceNumber, o.OrderID), Text: o.OrderID, Link: o.CheckoutURL, Amount: o.Amount, Group: "home.state", Status: o.State, At: o.OpenedAt,
		})
	}
	for _, d := range sent.Data {
		out[2].Rows = append(out[2].Rows, page.RecentRow{Title: d.Kind + " " + d.Subject, Text: answered(d), Group: "home.delivery", Status: d.Status, At: d.CreatedAt})
	}
	for _, f := range c.Control.FindingList(finding.Filter{}, homeRows).Data {
		out[3].Rows = append(out[3].Rows, page.RecentRow{Title: f.Title, Text: f.Code, Group: "home.finding", Status: string(f.Severity), At: f.At.Format(time.RFC3339)})
	}
	for i := range out {
		for j := range out[i].Rows {
			row := &out[i].Rows[j]
			row.At = short(row.At)
			for _, s := range []*string{&row.Title, &row.Text, &row.Link} {
				*s = c.Control.Masked(*s)
			}
		}
	}
	return out, nil
}

// short formats a time for the tables, in Vietnam's zone.
func short(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return t.In(clock.Vietnam).Format("15:04:05 02/01")
}

// answered describes the answer to a delivery. It leaves out addresses and
// bodies, which may hold secrets.
func answered(d wire.Delivery) string {
	if len(d.Attempts) == 0 {
		return d.Reason
	}
	last := d.Attempts[len(d.Attempts)-1]
	text := "× " + strconv.Itoa(last.Number)
	if last.Response != nil {
		return text + ", HTTP " + strconv.Itoa(last.Response.Status)
	}
	return text
}

// transfers returns the newest transfers of all companies.
func (c *Console) transfers(ctx context.Context) ([]page.RecentRow, error) {
	var all []store.Transaction
	err := c.Control.View(ctx, func(r store.Reader) error {
		companies, err := store.CompaniesList.All(r, store.AllCompanies)
		if err != nil {
			return err
		}
		for _, company := range companies {
			found, err := store.ListTransactions(r, store.TransactionFilter{Company: company.ID, Sort: []store.TransactionSort{{By: store.ByID, Desc: true}}}, store.Window{Limit: homeRows, NoTotal: true})
			if err != nil {
				return err
			}
			all = append(all, found.Rows...)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b store.Transaction) int { return cmp.Compare(b.ID, a.ID) })
	var rows []page.RecentRow
	for _, t := range all[:min(len(all), homeRows)] {
		rows = append(rows, page.RecentRow{Title: cmp.Or(t.Content, "—"), Text: t.Gateway + " " + t.AccountNumber, Amount: t.Amount, Group: "home.transfer", Status: string(t.TransferType), At: t.Date.Format(time.RFC3339)})
	}
	return rows, err
}

// Nothing is the page for an unknown address. Programs get a line of text.
func Nothing(w http.ResponseWriter, r *http.Request) {
	if !surface.WantsPage(r) {
		http.Error(w, "localsepay has nothing at this address. GET / says what is where.", http.StatusNotFound)
		return
	}
	page.Show(w, http.StatusNotFound, page.Message{Kind: "not_found", Value: r.Method + " " + r.URL.Path, Home: "/"})
}

// NotEmulated is the page for a SePay address that the emulator does not have,
// for a browser.
func NotEmulated(w http.ResponseWriter, r *http.Request) {
	page.Show(w, http.StatusNotFound, page.Message{Kind: "not_emulated", Value: r.Method + " " + r.URL.Path, Home: "/"})
}

// Icon is GET /favicon.ico, for pages that have no icon of their own.
func Icon(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write([]byte(page.Icon))
}
