package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"sync/atomic"

	"github.com/localsepay/localsepay/openapi/control"
)

// shop is a started localsepay and its first company.
type shop struct {
	*server
	api     *control.Client
	company control.Company
}

func newShop(ctx context.Context, s *server) (*shop, error) {
	api := control.NewClient(s.url)
	state, err := api.State(ctx)
	if err != nil {
		return nil, err
	}
	if len(state.Companies) == 0 || len(state.Companies[0].APITokens) == 0 {
		return nil, fmt.Errorf("%s has no company with a token", s.name)
	}
	return &shop{s, api, state.Companies[0]}, nil
}

func (s *shop) token() string { return bearer(s.company.APITokens[0]) }

// pair is the merchant's credential for the orders API.
func (s *shop) pair() string {
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth(s.company.Merchant.MerchantID, s.company.Merchant.SecretKey)
	return "Authorization: " + r.Header.Get("Authorization")
}

// init is the request that opens a new order.
func (s *shop) init(invoice string) []byte {
	return postForm("/v1/checkout/init", checkoutForm(s.company.Merchant.MerchantID, s.company.Merchant.SecretKey, invoice))
}

// order opens an order.
func (s *shop) order(ctx context.Context, invoice string) (control.Order, error) {
	answer, err := s.ask(ctx, s.init(invoice))
	if err == nil {
		err = answer.expect(http.StatusFound, "")
	}
	if err != nil {
		return control.Order{}, err
	}
	return s.api.Order(ctx, s.company.ID, invoice)
}

// pay opens and pays so many orders: those that the orders API lists.
func (s *shop) pay(ctx context.Context, orders int) error {
	for i := range orders {
		invoice := fmt.Sprint("PAID", i)
		if _, err := s.order(ctx, invoice); err != nil {
			return err
		}
		if _, err := s.api.Pay(ctx, invoice, control.NewPay{}); err != nil {
			return err
		}
	}
	return nil
}

// transfer is the body that the control API takes for a transfer.
const transfer = `{"amount":150000,"content":"DH123456 thanh toan"}`

// job is what a row sends to both servers.
type job struct {
	// request is sent once by an ordinary client, whose answer check looks at.
	request []byte
	check   func(route) error
	// plan is for each server its own; nil repeats the request, and expects the status
	// that the ordinary client got.
	plan func() plan
	// each, unless nil, is called after each round of localsepay.
	each func(context.Context) error
	// writes says that each request adds a record.
	writes bool
}

// loadRow is a measure that loads a localsepay beside bare.
func loadRow(name string, prepare func(context.Context, *shop) (job, error)) measure {
	return measure{[]string{name}, func(ctx context.Context, b *bench) ([]row, error) {
		own, err := b.startLocalsepay(ctx, options{})
		if err != nil {
			return nil, err
		}
		defer own.stop()
		s, err := newShop(ctx, own)
		if err != nil {
			return nil, err
		}
		j, err := prepare(ctx, s)
		if err != nil {
			return nil, err
		}
		r, err := b.beside(ctx, name, own, j)
		return []row{r}, err
	}}
}

// beside loads a started server beside bare.
func (b *bench) beside(ctx context.Context, name string, own *server, j job) (row, error) {
	answer, err := own.ask(ctx, j.request)
	if err == nil {
		err = j.check(answer)
	}
	if err != nil {
		return row{}, err
	}
	bare, err := b.startBare(ctx, []route{answer})
	if err != nil {
		return row{}, err
	}
	defer bare.stop()
	if j.plan == nil {
		j.plan = func() plan { return plan{cycle: [][]byte{j.request}, status: answer.Status} }
	}
	peak, barePeak := own.watch(ctx), bare.watch(ctx)
	mine, its := j.plan(), j.plan()
	var a, c []sample
	if err = b.warm(ctx, own, mine); err == nil {
		err = b.warm(ctx, bare, its)
	}
	if err == nil {
		a, c, err = b.inTurn(ctx, b.loaded(own, mine).then(j.each), b.loaded(bare, its))
	}
	b.peaks.add(name, j.writes, peak(), barePeak())
	if err != nil {
		return row{}, err
	}
	return costRow(name, a, c), nil
}

// loadRows are the rows that compare a request with bare's.
func loadRows() []measure {
	return []measure{
		loadRow("v2 detail", func(ctx context.Context, s *shop) (job, error) {
			paid, err := s.api.Transfer(ctx, control.NewTransfer{Amount: 150_000, Content: new("DH123456 thanh toan")})
			if err != nil {
				return job{}, err
			}
			return job{request: get("/v2/transactions/"+paid.XID, s.token()), check: ok(paid.XID)}, nil
		}),
		loadRow("v1 detail", func(ctx context.Context, s *shop) (job, error) {
			paid, err := s.api.Transfer(ctx, control.NewTransfer{Amount: 150_000, Content: new("DH123456 thanh toan")})
			if err != nil {
				return job{}, err
			}
			return job{request: get(fmt.Sprint("/userapi/transactions/details/", paid.ID), s.token()), check: ok(fmt.Sprintf(`"id":"%d"`, paid.ID))}, nil
		}),
		loadRow("order detail", func(ctx context.Context, s *shop) (job, error) {
			err := s.pay(ctx, 1)
			return job{request: get("/v1/order/detail/PAID0", s.pair()), check: ok(`"order_invoice_number":"PAID0"`)}, err
		}),
		loadRow("v2 list of 20", func(_ context.Context, s *shop) (job, error) {
			return job{request: get("/v2/transactions?per_page=20", s.token()), check: twenty("data")}, nil
		}),
		loadRow("v1 list of 20", func(_ context.Context, s *shop) (job, error) {
			return job{request: get("/userapi/transactions/list?limit=20", s.token()), check: twenty("transactions")}, nil
		}),
		loadRow("order list of 20", func(ctx context.Context, s *shop) (job, error) {
			err := s.pay(ctx, 25)
			return job{request: get("/v1/order?per_page=20", s.pair()), check: twenty("data")}, err
		}),
		loadRow("hosted page", func(ctx context.Context, s *shop) (job, error) {
			o, err := s.order(ctx, "PAGE")
			return job{request: get(o.CheckoutURL), check: ok(o.PayTo.Memo)}, err
		}),
		loadRow("QR picture", func(context.Context, *shop) (job, error) {
			return job{request: get("/img?acc=0010000000355&bank=Vietcombank&amount=100000&des=DH000123"), check: picture}, nil
		}),
		loadRow("transfer", func(context.Context, *shop) (job, error) {
			return job{request: postJSON(control.Prefix+"/transfers", transfer), check: made, writes: true}, nil
		}),
		loadRow("checkout init", func(_ context.Context, s *shop) (job, error) {
			var orders atomic.Int64
			return job{request: s.init("DH0"), check: func(r route) error { return r.expect(http.StatusFound, "") }, writes: true, plan: func() plan {
				return plan{status: http.StatusFound, next: func(int) ([]byte, error) {
					return s.init(fmt.Sprint("DH", orders.Add(1))), nil
				}}
			}}, nil
		}),
	}
}

// ok expects 200 and a text.
func ok(text string) func(route) error {
	return func(r route) error { return r.expect(http.StatusOK, text) }
}

// made expects a recorded transfer.
func made(r route) error { return r.expect(http.StatusCreated, `"recorded": true`) }

// twenty expects a list of as many in a member.
func twenty(member string) func(route) error {
	return func(r route) error {
		if err := r.expect(http.StatusOK, ""); err != nil {
			return err
		}
		var body map[string]json.RawMessage
		var list []json.RawMessage
		err := json.Unmarshal(r.Body, &body)
		if err == nil {
			err = json.Unmarshal(body[member], &list)
		}
		if err == nil && len(list) != 20 {
			err = fmt.Errorf("%d entries, want 20", len(list))
		}
		if err != nil {
			return fmt.Errorf("the list of %s %s: %w", r.Method, r.Path, err)
		}
		return nil
	}
}

// picture expects a PNG of some size.
func picture(r route) error {
	if err := r.expect(http.StatusOK, ""); err != nil {
		return err
	}
	c, err := png.DecodeConfig(bytes.NewReader(r.Body))
	if err == nil && c.Width < 100 {
		err = fmt.Errorf("it is %d pixels wide", c.Width)
	}
	if err != nil {
		return fmt.Errorf("the picture %s: %w", r.Path, err)
	}
	return nil
}
