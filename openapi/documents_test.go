package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
)

func load(t testing.TB, name string) *openapi.Contract {
	t.Helper()
	c, err := openapi.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// parsed reads an embedded document without the checker.
func parsed(t testing.TB, name string) *openapi3.T {
	t.Helper()
	text, ok := openapi.Document(name)
	if !ok {
		t.Fatalf("no document %s", name)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheNamedDocumentsAreEmbedded(t *testing.T) {
	names := openapi.Names()
	for _, want := range []string{"checkout", "control", "ipn", "oauth", "oauth_api", "pgapi", "qr", "userapi_v1", "userapi_v2", "webhook"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %v", want, names)
		}
	}
	if _, ok := openapi.Document("nothing"); ok {
		t.Error("Document found what is not there")
	}
	if _, err := openapi.Load("nothing"); err == nil || !strings.Contains(err.Error(), "userapi_v2") {
		t.Errorf("Load should name what there is, got %v", err)
	}
}

func TestADocumentIsTheCallersToChange(t *testing.T) {
	first, _ := openapi.Document("webhook")
	clear(first)
	second, _ := openapi.Document("webhook")
	if bytes.Equal(first, second) {
		t.Error("the embedded text was changed")
	}
}

func TestLoadParsesOnceForEverybody(t *testing.T) {
	var wait sync.WaitGroup
	got := make([]*openapi.Contract, 8)
	for i := range got {
		wait.Go(func() { got[i], _ = openapi.Load("userapi_v2") })
	}
	wait.Wait()
	for _, c := range got {
		if c == nil || c != got[0] {
			t.Fatal("different contracts for one name")
		}
	}
}

func TestEveryDocumentValidatesWithItsExamples(t *testing.T) {
	for _, name := range openapi.Names() {
		t.Run(name, func(t *testing.T) {
			doc := parsed(t, name)
			if err := doc.Validate(context.Background(), openapi3.DisableSchemaFormatValidation()); err != nil {
				t.Error(err)
			}
			if doc.OpenAPI != "3.0.3" || len(doc.Servers) != 1 || doc.Servers[0].URL != "/" || doc.Extensions["x-hosts"] == nil {
				t.Error("want OpenAPI 3.0.3, one server / and x-hosts")
			}
			load(t, name)
		})
	}
}

// The checker knows the formats, which kin-openapi does not.
func TestEveryExamplePassesTheChecker(t *testing.T) {
	for _, name := range openapi.Names() {
		t.Run(name, func(t *testing.T) {
			c := load(t, name)
			for path, item := range parsed(t, name).Paths.Map() {
				for method, op := range item.Operations() {
					checkExamples(t, c, path, method, op)
				}
			}
		})
	}
}

func checkExamples(t *testing.T, c *openapi.Contract, path, method string, op *openapi3.Operation) {
	t.Helper()
	r := openapi.Request{Method: method, URL: &url.URL{Path: fill(path, op)}}
	for status, response := range op.Responses.Map() {
		code, err := strconv.Atoi(strings.ReplaceAll(status, "XX", "00"))
		if err != nil {
			t.Fatal(err)
		}
		for mediaType, m := range response.Value.Content {
			for label, example := range m.Examples {
				body, _ := json.Marshal(example.Value.Value)
				h := http.Header{"Content-Type": {mediaType}}
				for header := range response.Value.Headers {
					h.Set(header, "1")
				}
				if bad := c.CheckResponse(r, code, h, body); len(bad) > 0 {
					t.Errorf("%s %s %s: %v", op.OperationID, status, label, bad)
				}
			}
		}
	}
}

// fill puts a plausible value into every path parameter.
func fill(path string, op *openapi3.Operation) string {
	for _, p := range op.Parameters {
		value := "1"
		if p.Value.Schema.Value.Format == "uuid" {
			value = "7be41a90-7c02-11f1-9d54-0242ac130007"
		}
		path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", value)
	}
	return path
}

func TestEveryFactSaysHowItIsKnown(t *testing.T) {
	for _, name := range openapi.Names() {
		t.Run(name, func(t *testing.T) {
			w := &evidenceWalk{t: t, seen: map[*openapi3.Schema]bool{}}
			for path, item := range parsed(t, name).Paths.Map() {
				for method, op := range item.Operations() {
					w.operation(method+" "+path, op)
				}
			}
			if w.count == 0 {
				t.Error("nothing was walked")
			}
		})
	}
}

var yearOf = regexp.MustCompile(`\b20\d\d\b`)

type evidenceWalk struct {
	t     *testing.T
	seen  map[*openapi3.Schema]bool
	count int
}

func (w *evidenceWalk) known(at string, extensions ...map[string]any) {
	w.count++
	for _, x := range extensions {
		evidence, source := x["x-evidence"], x["x-source"]
		if evidence == nil {
			continue
		}
		text, _ := source.(string)
		switch openapi.Evidence(fmt.Sprint(evidence)) {
		case openapi.Documented:
			if !strings.HasPrefix(text, "https://") {
				w.t.Errorf("%s: documented, but the source is %q", at, text)
			}
		case openapi.Captured:
			if !strings.Contains(text, "capture") || !yearOf.MatchString(text) {
				w.t.Errorf("%s: captured, but the source %q does not say what was captured and when", at, text)
			}
		case openapi.Observed, openapi.Assumed:
			if strings.TrimSpace(text) == "" {
				w.t.Errorf("%s: no x-source", at)
			}
		default:
			w.t.Errorf("%s: x-evidence %v", at, evidence)
		}
		return
	}
	w.t.Errorf("%s: no x-evidence", at)
}

func (w *evidenceWalk) operation(at string, op *openapi3.Operation) {
	w.known(at, op.Extensions)
	if op.OperationID == "" || op.Summary == "" {
		w.t.Errorf("%s: want operationId and summary", at)
	}
	for _, p := range op.Parameters {
		w.known(at+" "+p.Value.Name, p.Value.Extensions)
	}
	if op.RequestBody != nil {
		w.known(at+" body", op.RequestBody.Value.Extensions)
		for mediaType, m := range op.RequestBody.Value.Content {
			w.schema(at+" "+mediaType, m.Schema)
		}
	}
	for status, r := range op.Responses.Map() {
		at := at + " " + status
		w.known(at, r.Value.Extensions)
		if empty, ok := r.Value.Extensions["x-empty-body"].(map[string]any); ok {
			w.known(at+" x-empty-body", empty)
		}
		for header, h := range r.Value.Headers {
			w.known(at+" "+header, h.Value.Extensions)
		}
		for mediaType, m := range r.Value.Content {
			w.schema(at+" "+mediaType, m.Schema)
		}
	}
}

func (w *evidenceWalk) schema(at string, ref *openapi3.SchemaRef) {
	if ref == nil || w.seen[ref.Value] {
		return
	}
	s := ref.Value
	w.seen[s] = true
	for name, p := range s.Properties {
		w.known(at+"."+name, p.Extensions, p.Value.Extensions)
		w.schema(at+"."+name, p)
	}
	w.schema(at+"[]", s.Items)
	w.schema(at+".*", s.AdditionalProperties.Schema)
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf) {
		w.schema(at, branch)
	}
}

func TestOperationsAreListedWithTheirIDs(t *testing.T) {
	ids := func(name string) []string {
		var out []string
		for _, o := range load(t, name).Operations() {
			out = append(out, o.ID)
		}
		slices.Sort(out)
		return out
	}
	want := map[string][]string{
		"checkout": {
			"answerChallenge", "checkoutEvents", "checkoutImage", "checkoutStatus", "initCheckout", "initCheckoutLegacy", "leaveCheckout",
			"payByCard", "payCheckout", "showChallenge", "showCheckout",
		},
		"ipn":   {"ipn.deliver"},
		"oauth": {"authorize", "authorizeWoo", "consent", "initWoo", "login", "logout", "refreshWoo", "revoke", "token"},
		"oauth_api": {
			"bankAccount", "company", "createWebhook", "deleteWebhook", "listBankAccounts", "listSubAccounts", "listTransactions",
			"listWebhooks", "me", "transaction", "updateCompanyConfigurations", "updateWebhook", "webhook",
		},
		"pgapi":      {"cancelOrder", "getOrderDetails", "listOrders", "voidTransaction"},
		"qr":         {"qr.banks", "qr.dashboardLogo", "qr.image", "qr.logo"},
		"userapi_v1": {"v1.bankaccounts.count", "v1.bankaccounts.details", "v1.bankaccounts.list", "v1.transactions.count", "v1.transactions.details", "v1.transactions.list"},
		"userapi_v2": {"v2.bank-accounts.detail", "v2.bank-accounts.list", "v2.transactions.detail", "v2.transactions.list", "v2.va.detail", "v2.va.list"},
		"webhook":    {"webhook.deliver"},
	}
	for name, wanted := range want {
		if diff := cmp.Diff(wanted, ids(name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if n := len(ids("control")); n != 42 {
		t.Errorf("control has %d operations, want 42", n)
	}
}
