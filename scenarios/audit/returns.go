package audit

import (
	"fmt"
	"io"
	"net/http"
	"sync"
)

// returnRules are about the customer's return page.
func returnRules(k kind) []rule {
	needs := func(o Options) string {
		if o.Return == "" {
			return "the shop's page for the customer's return is not known: give --return"
		}
		return needsCheck(o)
	}
	return []rule{
		{
			name: named(k, "return-alone"), kind: k, title: "does not take the customer's return for a payment",
			needs: needs, why: "Anybody can open the success page; no money is needed for that.", source: flowPage,
			fix: "Let the page show what the notice has said, and change nothing.",
			run: func(a *attack) (found, error) {
				o, err := a.order()
				if err != nil {
					return found{}, err
				}
				status, err := a.openReturn(o)
				if err != nil {
					return found{}, err
				}
				b, err := a.unwanted(o, shopState.credited)
				switch {
				case err != nil:
					return found{}, err
				case b.credited():
					return found{verdict: Fail, detail: fmt.Sprintf("the page answered %d, and %s, without any notice", status, b.said())}, nil
				case status >= http.StatusInternalServerError:
					return found{verdict: Warn, detail: fmt.Sprintf("nothing was credited, but the page broke with %d", status)}, nil
				}
				return found{verdict: Pass, detail: fmt.Sprintf("the page answered %d; %s", status, b.said())}, nil
			},
		},
		{
			name: named(k, "return-race"), kind: k, title: "credits an order once when notice and customer arrive at the same moment",
			needs: needs, why: "The notice and the browser set off together. Where both book, they book twice, or one of them breaks.", source: flowPage,
			fix: "Book in one place, by the notice alone, under a unique index.",
			run: (*attack).returnRace,
		},
	}
}

// openReturn opens the return page as the customer's browser does, with parameters
// of forged links.
func (a *attack) openReturn(o order) (status int, err error) {
	address := a.asked(a.Return, o)
	req, err := http.NewRequestWithContext(a.ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, mistake("for example http://127.0.0.1:3000/thanks/{invoice}", "--return %q is not an address", a.Return)
	}
	q := req.URL.Query()
	for _, pair := range [][2]string{{"status", "success"}, {"resultCode", "0"}, {"payment", "success"}} {
		if !q.Has(pair[0]) {
			q.Set(pair[0], pair[1])
		}
	}
	req.URL.RawQuery = q.Encode()
	res, err := a.shop.Do(req)
	if err != nil {
		return 0, a.unanswered("--return", address, "it is the page that the customer's browser comes back to", err)
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer))
	return res.StatusCode, err
}

// returnRace sends the notice and opens the return page at the same moment.
func (a *attack) returnRace() (found, error) {
	o, n, err := a.orderAndNotice()
	if err != nil {
		return found{}, err
	}
	var all sync.WaitGroup
	var status int
	var back error
	all.Go(func() { a.relay.post(a.ctx, n) })
	all.Go(func() { status, back = a.openReturn(o) })
	all.Wait()
	if back != nil {
		return found{}, back
	}
	f, err := a.once(o)
	if err == nil && f.verdict == Pass && status >= http.StatusInternalServerError {
		f = found{verdict: Warn, detail: fmt.Sprintf("%s, but the page for the customer broke with %d", f.detail, status)}
	}
	return f, err
}
