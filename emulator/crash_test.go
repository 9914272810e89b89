package emulator_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// brittle is a store that fails, or panics, as often as it is told.
type brittle struct {
	store.Store
	fail func() error
	// broken is how many more calls fail, updates how many updates.
	broken, updates atomic.Int64
}

func (b *brittle) next() error {
	if b.broken.Add(-1) >= 0 {
		return b.fail()
	}
	return nil
}

func (b *brittle) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := b.next(); err != nil {
		return err
	}
	return b.Store.View(ctx, fn)
}

func (b *brittle) Update(ctx context.Context, fn func(store.Writer) error) error {
	if b.updates.Add(-1) >= 0 {
		return b.fail()
	}
	if err := b.next(); err != nil {
		return err
	}
	return b.Store.Update(ctx, fn)
}

const always = 1 << 30

var errBroken = errors.New("the store is broken")

var _ = Describe("A failure of the emulator itself", func() {
	start := func(fail func() error, options ...emulator.Option) (*emulator.Emulator, *brittle, func() []finding.Finding) {
		GinkgoHelper()
		bad := &brittle{fail: fail}
		options = append(options, emulator.WithContract(emulator.ContractOff), emulator.WithStore(func(s store.Store) store.Store {
			bad.Store = s
			return bad
		}))
		e, err := emulator.Start(options...)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { bad.broken.Store(0); Expect(e.Close()).To(Succeed()) })
		return e, bad, func() []finding.Finding {
			var internal []finding.Finding
			for _, f := range e.Findings() {
				if f.Code == finding.CodeInternal {
					internal = append(internal, f)
				}
			}
			return internal
		}
	}
	boom := func() error { panic("boom") }

	DescribeTable("is answered with 500 in the form of the API, and is a finding with its place",
		func(method, path, auth, form, shape string) {
			e, bad, internal := start(boom, emulator.WithCompany(wire.NewCompany{OAuthApps: []wire.OAuthApp{{RedirectURIs: []string{"https://shop.example/back"}}}}))
			c, err := e.Control().State(context.Background(), "")
			Expect(err).NotTo(HaveOccurred())
			company := c.Companies[0]
			r, err := http.NewRequest(method, e.URL()+path, strings.NewReader(form))
			Expect(err).NotTo(HaveOccurred())
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			switch auth {
			case "bearer":
				r.Header.Set("Authorization", "Bearer "+company.APITokens[0])
			case "basic":
				r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(company.Merchant.MerchantID+":"+company.Merchant.SecretKey)))
			case "oauth":
				t, err := e.Control().Tokens(context.Background(), wire.TokenRequest{})
				Expect(err).NotTo(HaveOccurred())
				r.Header.Set("Authorization", "Bearer "+t.AccessToken)
			}
			bad.broken.Store(always)
			res, err := http.DefaultClient.Do(r)
			Expect(err).NotTo(HaveOccurred())
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			Expect(err).NotTo(HaveOccurred())
			bad.broken.Store(0)
			Expect(res.StatusCode).To(Equal(http.StatusInternalServerError), string(body))
			if shape == "page" {
				Expect(res.Header.Get("Content-Type")).To(HavePrefix("text/html"))
			} else {
				var members map[string]any
				Expect(json.Unmarshal(body, &members)).To(Succeed(), string(body))
				Expect(members).To(HaveKey(shape))
			}
			Expect(internal()).NotTo(BeEmpty())
			Expect(internal()[0].Detail).To(And(ContainSubstring("panic: boom at emulator"), ContainSubstring("crash_test.go:")))

			By("and the next request is answered as ever")
			again, err := http.Get(e.URL() + "/_control/v1/state")
			Expect(err).NotTo(HaveOccurred())
			Expect(again.Body.Close()).To(Succeed())
			Expect(again.StatusCode).To(Equal(http.StatusOK))
		},
		Entry("API v1", "GET", "/userapi/transactions/list", "bearer", "", "messages"),
		Entry("API v2", "GET", "/v2/transactions", "bearer", "", "error_code"),
		Entry("orders API", "GET", "/v1/order", "basic", "", "message"),
		Entry("OAuth2 API", "GET", "/api/v1/company", "oauth", "", "message"),
		Entry("token endpoint", "POST", "/oauth/token", "", "grant_type=refresh_token&refresh_token=x&client_id=y&client_secret=z", "error"),
		Entry("WooCommerce's calls", "POST", "/woo/oauth/refresh", "", "refresh_token=x", "error"),
		Entry("authorization", "GET", "/oauth/authorize?client_id=x&response_type=code", "", "", "page"),
		Entry("checkout", "POST", "/v1/checkout/init", "", "merchant=x&signature=y", "page"),
		Entry("control", "GET", "/_control/v1/state", "", "", "detail"),
		Entry("console", "POST", "/_console/phone", "", "bank=MBBank&account=0123456789&amount=10000&memo=x", "page"),
		Entry("front page", "GET", "/", "", "", "page"),
	)

	It("is a finding also when it is an error and no panic", func() {
		e, bad, internal := start(func() error { return errBroken })
		token := e.Company().APIToken()
		r := httptest.NewRequest(http.MethodGet, e.URL()+"/v2/transactions", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		bad.broken.Store(always)
		e.Handler().ServeHTTP(w, r)
		bad.broken.Store(0)
		Expect(w.Code).To(Equal(http.StatusInternalServerError))
		Expect(internal()).To(ContainElement(And(HaveField("Request", Not(BeZero())), HaveField("Detail", ContainSubstring(errBroken.Error())))))
	})

	It("in who listens leaves the answer as it is", func() {
		var broken atomic.Bool
		e, _, internal := start(nil, emulator.WithSink(func(ev emulator.Event) {
			if ev.Type == "request" && broken.Load() {
				panic("the sink")
			}
		}))
		broken.Store(true)
		r := httptest.NewRequest(http.MethodGet, e.URL()+"/v2/transactions", nil)
		r.Header.Set("Authorization", "Bearer "+e.Company().APIToken())
		w := httptest.NewRecorder()
		e.Handler().ServeHTTP(w, r)
		Expect(w.Code).To(Equal(http.StatusOK))
		Eventually(internal).Should(ContainElement(HaveField("Detail", ContainSubstring("the sink"))))
	})

	It("does not end what expires orders", func() {
		now := clock.NewReal()
		e, bad, internal := start(boom, emulator.WithOwnClock(now), emulator.WithSetting("checkout.ttl", "1h"))
		order := e.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 50_000})
		bad.broken.Store(2) // the next looks of gateway and dispatcher
		Expect(now.Set(clock.State{Now: now.Now().Add(2 * time.Hour)})).To(Succeed())
		Eventually(internal).WithTimeout(10 * time.Second).Should(HaveLen(2))
		Eventually(func() string { return order.State().Status }).WithTimeout(10 * time.Second).Should(Equal("CANCELLED"))
	})

	It("in a delivery ends that one with a reason, and no other", func() {
		var bad *brittle
		var internal func() []finding.Finding
		shop := newShop(func(w http.ResponseWriter, r *http.Request) {
			bad.updates.Store(1) // the next update records the attempt
			accept(w, r)
		}, accept)
		var e *emulator.Emulator
		e, bad, internal = start(boom, emulator.WithWebhook(shop.URL))
		first := e.Company().Account().Receive(10_000, "DH111111").Wait()
		Expect(first.Status).To(Equal("failed"))
		Expect(first.Reason).To(ContainSubstring("boom"))
		Expect(internal()).To(HaveLen(1))
		Expect(e.Company().Account().Receive(10_000, "DH222222").Wait().Status).To(Equal("succeeded"))
	})

	It("in a read is told by an advance", func() {
		e, bad, _ := start(func() error { return errBroken })
		bad.broken.Store(always)
		_, err := e.Control().Advance(context.Background(), time.Hour)
		bad.broken.Store(0)
		Expect(err).To(MatchError(errBroken))
	})
})
