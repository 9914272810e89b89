package emulator_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
)

const (
	installTimeout = 3 * time.Minute
	scriptTimeout  = time.Minute
	// killDelay is how long a child of a killed process may hold its output.
	killDelay = 5 * time.Second
)

var (
	//go:embed testdata/node/package.json testdata/node/package-lock.json
	nodePackage embed.FS
	//go:embed testdata/node/*.mjs
	nodeScripts embed.FS
)

// nodeSDK is the directory where the official Node SDK is installed.
var nodeSDK = sync.OnceValues(func() (string, error) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "", err
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	lock, err := nodePackage.ReadFile("testdata/node/package-lock.json")
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "localsepay-test")
	installed := filepath.Join(cache, fmt.Sprintf("%x", sha256.Sum256(lock)))
	if _, err := os.Stat(installed); err == nil {
		return installed, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	return installed, install(cache, installed)
})

// install makes a directory with what package-lock.json says: whole or not at
// all. Afterwards the specs need no network.
func install(cache, dir string) error {
	fresh, err := os.MkdirTemp(cache, "installing-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := lay(fresh, nodePackage); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), installTimeout)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	npm.Dir, npm.WaitDelay = fresh, killDelay
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", errors.Join(err, ctx.Err()), out)
	}
	err = os.Rename(fresh, dir)
	if _, there := os.Stat(dir); there == nil {
		return nil // by this process, or by a faster one
	}
	return err
}

// lay copies the files of testdata/node into a directory.
func lay(dir string, files embed.FS) error {
	here, err := fs.Sub(files, "testdata/node")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, here)
}

// needSDK skips the spec on a machine that cannot have the SDK. In CI that fails.
func needSDK() string {
	GinkgoHelper()
	dir, err := nodeSDK()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		Fail("the Node SDK is needed in CI: " + err.Error())
	default:
		Skip("no Node SDK here: " + err.Error())
	}
	return dir
}

// node runs a script of testdata/node as a shop that knows the emulator's
// addresses and credentials, and nothing else of this process's environment. It
// returns the lines that the script printed, by their step.
func node(sepay *emulator.Emulator, env []string, script string, args ...string) map[string]any {
	GinkgoHelper()
	// Beside node_modules, where an import finds the SDK.
	dir, err := os.MkdirTemp(needSDK(), "run-")
	Expect(err).NotTo(HaveOccurred())
	defer os.RemoveAll(dir)
	Expect(lay(dir, nodeScripts)).To(Succeed())
	state, err := sepay.Control().State(GinkgoT().Context(), "")
	Expect(err).NotTo(HaveOccurred())
	merchant := state.Companies[0].Merchant

	ctx, cancel := context.WithTimeout(GinkgoT().Context(), scriptTimeout)
	defer cancel()
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = dir, &out, &problems, killDelay
	cmd.Env = append([]string{
		"SystemRoot=" + os.Getenv("SystemRoot"), // without it, Windows has no sockets
		"SEPAY_MERCHANT_ID=" + merchant.MerchantID, "SEPAY_MERCHANT_SECRET=" + merchant.SecretKey,
		"SEPAY_CHECKOUT_URL=" + state.Addresses["checkout"], "SEPAY_PGAPI_URL=" + state.Addresses["pgapi"],
	}, env...)
	err = errors.Join(cmd.Run(), ctx.Err())
	Expect(err).NotTo(HaveOccurred(), "%s printed:\n%s\n%s", script, out.String(), problems.String())

	steps := map[string]any{}
	for line := range strings.Lines(out.String()) {
		facts := decode(line)
		step := facts["step"].(string)
		delete(facts, "step")
		steps[step] = facts
	}
	return steps
}

// resolved is what a script tells of a call that resolved.
func resolved(data map[string]any) map[string]any {
	return map[string]any{"status": 200.0, "data": data}
}

// rejected is what a script tells of a call that rejected.
func rejected(status float64, message string) map[string]any {
	return map[string]any{"error": "AxiosError", "status": status, "data": map[string]any{"message": message}}
}

// with returns a copy of an object with other members, name and value in turn.
func with(object map[string]any, pairs ...any) map[string]any {
	out := maps.Clone(object)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

var _ = Describe("The official Node SDK", func() {
	BeforeEach(func() { needSDK() })

	It("opens payments whose forms it signed, and the customer pays", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, "s3cret"))
		shop := sepay.Company()
		got := node(sepay, nil, "checkout.mjs")

		for step, want := range map[string]struct {
			invoice, description string
			posted               []any
		}{
			"quick start":       {"QUICK", "Thanh toan don hang QUICK", []any{"operation", "payment_method", "order_invoice_number", "order_amount", "currency", "order_description", "success_url", "error_url", "cancel_url", "merchant"}},
			"operation omitted": {"OMIT", "Mua 2 ao", []any{"payment_method", "order_invoice_number", "order_amount", "currency", "order_description", "success_url", "error_url", "cancel_url", "merchant", "operation"}},
			"comma and UTF-8":   {"UTF8", `Mua 2 áo, 1 quần & "mũ" = 50% + phí`, []any{"operation", "order_invoice_number", "order_amount", "currency", "order_description", "custom_data", "merchant"}},
			"customer_id null":  {"NULL", "n", []any{"merchant", "operation", "order_amount", "currency", "order_invoice_number", "order_description", "customer_id"}},
		} {
			order := shop.Order(want.invoice).State()
			Expect(order.Description).To(Equal(want.description))
			Expect(got[step]).To(Equal(map[string]any{
				"posted": append(slices.Clone(want.posted), "signature"), "fetched": 302.0, "status": 302.0, "same": true,
				"location": map[string]any{"origin": sepay.URL(), "path": "/v1/checkout", "names": append(slices.Clone(want.posted), "order_id", "signature")},
				"order_id": order.OrderID, "page": 200.0, "shows": true,
			}), step)
		}
		Expect(got["paid"]).To(Equal(map[string]any{
			"status": 303.0, "location": "/v1/checkout", "result": 200.0, "returnTo": "https://shop.example/order/QUICK?payment=success",
		}))
		Expect(got["amount changed"]).To(Equal(map[string]any{"status": 400.0}))
		Expect(codes(sepay)).To(Equal([]string{"checkout.signature_mismatch"}))

		sepay.Settle()
		Expect(s.requests()).To(HaveLen(1))
		Expect(s.requests()[0].Header.Get("X-Secret-Key")).To(Equal("s3cret"))
		ipn := decode(s.requests()[0].Body)
		Expect(ipn).To(HaveKeyWithValue("notification_type", "ORDER_PAID"))
		Expect(ipn["order"]).To(And(
			HaveKeyWithValue("order_id", shop.Order("QUICK").State().OrderID), HaveKeyWithValue("order_invoice_number", "QUICK"),
			HaveKeyWithValue("order_amount", "10000.00"), HaveKeyWithValue("order_status", "CAPTURED"),
		))
		Expect(ipn["transaction"]).To(And(HaveKeyWithValue("payment_method", "BANK_TRANSFER"), HaveKeyWithValue("transaction_amount", "10000")))
	})

	It("reads, lists, cancels and voids orders, and rejects with AxiosError", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""))
		shop := sepay.Company()
		orders := map[string]map[string]any{}
		open := func(invoice, method string) *emulator.Order {
			o := shop.Checkout(emulator.Checkout{InvoiceNumber: invoice, Amount: 10_000, Method: method, Description: "Shop " + invoice, CustomerID: "KH-1"})
			now := sepay.Now().Format(time.DateTime)
			orders[invoice] = map[string]any{
				"id": fmt.Sprint(41 + len(orders)), "customer_id": "KH-1", "order_id": o.State().OrderID, "order_invoice_number": invoice,
				"order_status": "AUTHENTICATION_NOT_NEEDED", "order_amount": "10000.00", "order_currency": "VND", "order_description": "Shop " + invoice,
				"authentication_status": nil, "created_at": now, "updated_at": now,
			}
			return o
		}
		day := func() { sepay.Advance(24 * time.Hour) }
		paidStatus := []any{"order_status", "CAPTURED", "authentication_status", "AUTHENTICATION_SUCCESSFUL"}

		open("PAID", "BANK_TRANSFER").Pay()
		day()
		open("WAIT", "BANK_TRANSFER")
		day()
		open("LAST", "NAPAS_BANK_TRANSFER")
		day()
		open("CARD", "CARD").PayByCard("visa")
		paid, wait, last, card := with(orders["PAID"], paidStatus...), orders["WAIT"], orders["LAST"], with(orders["CARD"], paidStatus...)
		got := node(sepay, nil, "orders.mjs", paid["order_id"].(string))

		transfer := map[string]any{
			"id": "17", "payment_method": "BANK_TRANSFER", "transaction_type": "PAYMENT", "transaction_amount": "10000", "transaction_currency": "VND",
			"transaction_status": "APPROVED", "authentication_status": "AUTHENTICATION_SUCCESSFUL", "card_number": nil, "card_holder_name": nil, "card_expiry": nil,
			"card_funding_method": nil, "card_brand": nil, "transaction_date": "2026-01-05 09:00:00", "transaction_last_updated_date": "2026-01-05 09:00:00",
		}
		visa := with(transfer, "id", "18", "payment_method", "CARD", "card_number", "411111xxxxxx1111", "card_holder_name", "NGUYEN VAN A", "card_expiry", "1230",
			"card_funding_method", "CREDIT", "card_brand", "VISA", "transaction_date", "2026-01-08 09:00:00", "transaction_last_updated_date", "2026-01-08 09:00:00")
		one := func(order map[string]any, transactions ...any) map[string]any {
			return resolved(map[string]any{"data": with(order, "transactions", append([]any{}, transactions...))})
		}
		list := func(perPage, total float64, orders ...any) map[string]any {
			pages := math.Ceil(total / perPage)
			return resolved(map[string]any{"data": orders, "meta": map[string]any{
				"per_page": perPage, "total": total, "has_more": pages > 1, "current_page": 1.0, "page_count": pages,
			}})
		}
		Expect(cmp.Diff(map[string]any{
			"retrieve": one(paid, transfer), "retrieve by order_id": one(paid, transfer),
			"all":          list(20, 4, card, last, wait, paid),
			"page of many": list(2, 3, card, last),
			"oldest first": list(20, 2, paid, card),
			"cancel":       resolved(map[string]any{"message": "Đã hủy đơn hàng thành công"}),
			"cancelled":    one(with(wait, "order_status", "CANCELLED", "updated_at", "2026-01-08 09:00:00")),
			"void":         resolved(map[string]any{"message": "Đã hủy giao dịch thành công"}),
			"voided":       one(with(card, "order_status", "CANCELLED"), visa, with(visa, "id", "19", "transaction_type", "VOID")),

			"wrong secret":   rejected(401, "Xác thực thất bại: kiểm tra merchant_id và secret_key"),
			"unknown":        rejected(404, "Không tìm thấy đơn hàng"),
			"cancel unknown": rejected(404, "Không tìm thấy đơn hàng"),
			"cancel paid":    rejected(422, "Không thể hủy đơn hàng"),
			"cancel twice":   rejected(422, "Không thể hủy đơn hàng"),
			"void transfer":  rejected(422, "Không thể hủy giao dịch"),
			"void twice":     rejected(422, "Không thể hủy giao dịch"),
			"no invoice":     rejected(400, "Thiếu order_invoice_number"),
		}, got)).To(BeEmpty())

		sepay.Settle()
		types := []any{}
		for _, r := range s.requests() {
			ipn := decode(r.Body)
			types = append(types, []any{ipn["notification_type"], ipn["order"].(map[string]any)["order_invoice_number"]})
		}
		Expect(types).To(ConsistOf([]any{"ORDER_PAID", "PAID"}, []any{"ORDER_PAID", "CARD"}, []any{"TRANSACTION_VOID", "CARD"}))
	})

	It("reaches the sandbox by its own host names through HTTPS_PROXY, and production refuses its credentials", func() {
		sepay := emulator.StartT(GinkgoT())
		var mu sync.Mutex
		var lines []string // of requests
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			target, _, _ := strings.Cut(r.RequestURI, "merchant=")
			mu.Lock()
			lines = append(lines, fmt.Sprint(r.Method, " ", target, " at ", r.Host))
			mu.Unlock()
			sepay.Handler().ServeHTTP(w, r)
		}))
		DeferCleanup(proxy.Close)
		got := node(sepay, []string{"HTTPS_PROXY=" + proxy.URL}, "hosts.mjs")

		Expect(got["form"]).To(Equal(map[string]any{
			"init": "https://pay-sandbox.sepay.vn/v1/checkout/init", "status": 302.0, "page": 200.0,
			"location": map[string]any{
				"origin": "http://pay-sandbox.sepay.vn", "path": "/v1/checkout",
				"names": []any{"operation", "payment_method", "order_invoice_number", "order_amount", "currency", "order_description", "merchant", "order_id", "signature"},
			},
		}))
		Expect(got["all"]).To(HaveKeyWithValue("status", 200.0))
		Expect(pluck(rows(got["all"].(map[string]any)["data"].(map[string]any)), "order_invoice_number")).To(Equal([]any{"HOST"}))
		Expect(got["cancel"]).To(Equal(resolved(map[string]any{"message": "Đã hủy đơn hàng thành công"})))
		Expect(got["production"]).To(Equal(rejected(401, "Xác thực thất bại: kiểm tra merchant_id và secret_key")))
		Expect(got["production form"]).To(Equal(map[string]any{"init": "https://pay.sepay.vn/v1/checkout/init", "status": 400.0}))
		mu.Lock()
		defer mu.Unlock()
		Expect(lines).To(Equal([]string{
			"POST /v1/checkout/init at pay-sandbox.sepay.vn",
			"GET /v1/checkout?operation=PURCHASE&payment_method=BANK_TRANSFER&order_invoice_number=HOST&order_amount=10000&currency=VND&order_description=Don+hang& at pay-sandbox.sepay.vn",
			"GET https://pgapi-sandbox.sepay.vn/v1/order?per_page=1 at pgapi-sandbox.sepay.vn",
			"POST https://pgapi-sandbox.sepay.vn/v1/order/cancel at pgapi-sandbox.sepay.vn",
			"GET https://pgapi.sepay.vn/v1/order?per_page=1 at pgapi.sepay.vn",
			"POST /v1/checkout/init at pay.sepay.vn",
		}))
	})
})
