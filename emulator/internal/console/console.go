package console

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// Prefix is where the pages are, PhonePath where the banking app is.
const (
	Prefix    = "/_console/"
	PhonePath = Prefix + "phone"
	readPath  = PhonePath + "/read"
)

// Console serves the pages.
type Console struct {
	Control *control.Control

	receipts receipts
}

// Handler serves the pages below [Prefix].
func (c *Console) Handler() http.Handler {
	m := mux.NewRouter().SkipClean(true)
	m.Methods(http.MethodGet).Path(PhonePath).HandlerFunc(c.phone)
	m.Methods(http.MethodPost).Path(PhonePath).HandlerFunc(c.send)
	m.Methods(http.MethodPost).Path(readPath).HandlerFunc(c.read)
	m.NotFoundHandler = http.HandlerFunc(Nothing)
	m.MethodNotAllowedHandler = http.HandlerFunc(notAllowed)
	return c.Control.GuardPages(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		m.ServeHTTP(w, r)
	}))
}

// maxUpload bounds a request: a photograph of a QR code is larger than a form.
const maxUpload = 8 << 20

// view returns the empty app in the language of the request.
func view(r *http.Request) app {
	query := r.URL.Query()
	v := app{page.Phone{Frame: page.Frame{Language: page.LanguageOf(query)}, Sources: habit.Sources()}}
	// The payer's way back and the language go along with each form.
	keep := url.Values{page.ParamLanguage: {string(v.Language)}}
	if back := query.Get("back"); ownPage(back) {
		keep.Set("back", back)
	}
	v.Again = PhonePath + "?" + keep.Encode()
	v.Action, v.Decode = PhonePath+"?"+keep.Encode(), readPath+"?"+keep.Encode()
	v.Switch = v.other(r, nil)
	return v
}

// app is the banking app's page.
type app struct{ page.Phone }

// filled are the parameters with the app's form values.
var filled = []string{"payload", "bank", "account", "amount", "memo", "receipt"}

// other returns the address of the same page, with the same form values, in the
// other language.
func (v *app) other(r *http.Request, posted url.Values) string {
	keep := url.Values{page.ParamLanguage: {string(v.Language.Other())}}
	query := r.URL.Query()
	if back := query.Get("back"); ownPage(back) {
		keep.Set("back", back)
	}
	for _, name := range filled {
		for _, from := range []url.Values{query, posted} {
			if value := from.Get(name); value != "" {
				keep.Set(name, value)
			}
		}
	}
	return PhonePath + "?" + keep.Encode()
}

// ownPage returns whether an address is that of the payment page.
func ownPage(to string) bool { return strings.HasPrefix(to, "/v1/checkout?") }

// phone shows the app, with form values from ?payload= when the payer comes
// from a page.
func (c *Console) phone(w http.ResponseWriter, r *http.Request) {
	v, query := view(r), r.URL.Query()
	if payload := query.Get("payload"); payload != "" {
		c.noteCode(c.fill(r, &v, payload))
	}
	for name, field := range map[string]*string{"bank": &v.Bank, "account": &v.AccountNumber, "memo": &v.Memo} {
		if query.Has(name) {
			*field = query.Get(name)
		}
	}
	if amount, err := input.Amount(query.Get("amount")); err == nil {
		v.Amount = amount
	}
	if number := query.Get("receipt"); number != "" {
		v.Sent = c.receipts.find(number)
	}
	show(w, http.StatusOK, v)
}

// read fills the form from a pasted payload or a picture of a QR code.
func (c *Console) read(w http.ResponseWriter, r *http.Request) {
	v := view(r)
	payload, err := uploaded(r)
	if err != nil {
		v.Problem = problemOf(err)
		show(w, http.StatusBadRequest, v)
		return
	}
	v.Switch = v.other(r, url.Values{"payload": {payload}})
	c.noteCode(c.fill(r, &v, payload))
	status := http.StatusOK
	if v.Problem != nil {
		status = http.StatusBadRequest
	}
	show(w, status, v)
}

// uploaded returns the pasted payload, or the one in the picture.
func uploaded(r *http.Request) (string, error) {
	if err := r.ParseMultipartForm(maxUpload); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return "", &refusal{Kind: "upload", Detail: err.Error()}
	}
	if text := strings.TrimSpace(r.PostFormValue("payload")); text != "" {
		return text, nil
	}
	file, _, err := r.FormFile("picture")
	if err != nil {
		return "", &refusal{Kind: "nothing"}
	}
	defer file.Close()
	picture, err := io.ReadAll(file)
	if err != nil {
		return "", err
	}
	return vietqr.Scan(picture)
}

// fill fills the form from a payload and returns what was read.
func (c *Console) fill(r *http.Request, v *app, payload string) vietqr.Reading {
	p, err := vietqr.Read(payload)
	if err != nil {
		v.Problem, v.Payload = problemOf(err), payload
		return p
	}
	for _, n := range p.Notes {
		if !slices.Contains(v.Notes, n.Code) {
			v.Notes = append(v.Notes, n.Code)
		}
	}
	bank, _ := vietqr.Lookup(p.BIN)
	v.Filled, v.Payload = true, payload
	v.Bank, v.BankName, v.AccountNumber, v.Amount, v.Memo = bank.ShortName, bank.Name, p.Account, p.Amount, p.Memo
	if to, err := c.Control.FindAccount(r.Context(), bank, p.Account); err == nil {
		v.AccountHolder, v.Habits = to.Holder, to.Habits
	} else {
		v.Problem = problemOf(err)
	}
	return p
}

// send makes the transfer.
func (c *Console) send(w http.ResponseWriter, r *http.Request) {
	v := view(r)
	if payload := r.PostFormValue("payload"); payload != "" {
		c.fill(r, &v, payload)
	}
	v.Problem, v.Notes = nil, nil
	v.AccountNumber, v.Memo = strings.TrimSpace(r.PostFormValue("account")), r.PostFormValue("memo")
	sent, err := c.transfer(r, &v)
	status := http.StatusOK
	if err != nil {
		v.Problem, status = problemOf(err), http.StatusUnprocessableEntity
		v.Switch = v.other(r, r.PostForm)
	} else {
		v.Sent = sent
		v.Switch = v.other(r, url.Values{"receipt": {c.receipts.keep(sent)}})
	}
	show(w, status, v)
}

func (c *Console) transfer(r *http.Request, v *app) (*page.SentTransfer, error) {
	amount, err := input.Amount(r.PostFormValue("amount"))
	if err != nil || amount <= 0 {
		return nil, &refusal{Kind: "amount", Value: r.PostFormValue("amount")}
	}
	v.Amount = amount
	bank, known := vietqr.Lookup(r.PostFormValue("bank"))
	if !known {
		return nil, &refusal{Kind: "bank", Value: r.PostFormValue("bank"), Detail: vietqr.Suggest(r.PostFormValue("bank"))}
	}
	v.Bank, v.BankName = bank.ShortName, bank.Name
	to, err := c.Control.FindAccount(r.Context(), bank, v.AccountNumber)
	if err != nil {
		return nil, err
	}
	v.AccountHolder = to.Holder
	n := wire.NewTransfer{Company: to.Company, Account: to.Account, VA: to.VA, Direction: "in", Amount: amount, Content: &v.Memo}
	readHabits(r, v, &n)
	done, err := c.Control.Transfer(r.Context(), n)
	if err != nil {
		return nil, err
	}
	sent := &page.SentTransfer{Amount: amount, At: c.Control.Now(), Bank: v.Bank, AccountNumber: v.AccountNumber, AccountHolder: v.AccountHolder, Memo: v.Memo}
	if done.Transaction != nil {
		sent.Memo, sent.Code = done.Content, done.Reference
	}
	if b := done.BankWrote; b != nil {
		sent.Memo, sent.Wrote = b.Typed, b.Content
	}
	if done.Order != nil {
		sent.Order, sent.Verdict = done.Order.OrderID, done.Order.Verdict
	}
	if back := r.URL.Query().Get("back"); ownPage(back) {
		sent.Back = back
	}
	return sent, nil
}

// readHabits reads whether the bank's habits apply. The last value counts when
// a hidden false and a ticked true are both sent; without either, the company's
// settings apply.
func readHabits(r *http.Request, v *app, n *wire.NewTransfer) {
	n.SentFrom = r.PostFormValue("sent_from")
	v.SentFrom, v.Habits = n.SentFrom, false
	if values := r.PostForm["bank_habits"]; len(values) > 0 {
		v.Habits = values[len(values)-1] == "true"
		if n.SentFrom == "" {
			n.BankHabits = &v.Habits
		}
	}
}

func show(w http.ResponseWriter, status int, v app) { page.Show(w, status, v.Phone) }
