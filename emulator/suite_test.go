package emulator_test

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
)

// Each update runs twice here; benchmarks and the soak do without.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" && os.Getenv("LOCALSEPAY_SOAK") == "" {
		emulator.RunUpdatesTwice()
	}
	os.Exit(m.Run())
}

func TestEmulator(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "SePay, seen from outside")
}

// received is a request that a shop got.
type received struct {
	Header http.Header
	Body   string
}

// shop is a merchant's handler with a script of answers; the last one repeats.
type shop struct {
	*httptest.Server
	mu      sync.Mutex
	got     []received
	answers []http.HandlerFunc
}

func newShop(answers ...http.HandlerFunc) *shop {
	s := &shop{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.got = append(s.got, received{Header: r.Header, Body: string(body)})
		answer := s.answers[min(len(s.got), len(s.answers))-1]
		s.mu.Unlock()
		answer(w, r)
	}))
	DeferCleanup(s.Close)
	return s
}

func (s *shop) requests() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.got...)
}

// answer writes a status and a body.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

var (
	accept = answer(http.StatusOK, `{"success":true}`)
	refuse = answer(http.StatusInternalServerError, `{"success":false}`)
)

// api is a client of one emulator.
type api struct {
	sepay *emulator.Emulator
	token string
	host  string
}

// get calls a path with the token and returns status, headers and body.
func (a api) get(path string) (int, http.Header, string) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodGet, a.sepay.URL()+path, nil)
	Expect(err).NotTo(HaveOccurred())
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	req.Host = a.host
	return do(req)
}

// json calls a path that must answer 200, and decodes the answer.
func (a api) json(path string) map[string]any {
	GinkgoHelper()
	status, _, body := a.get(path)
	Expect(status).To(Equal(http.StatusOK), body)
	return decode(body)
}

func do(req *http.Request) (int, http.Header, string) {
	GinkgoHelper()
	res, err := http.DefaultClient.Do(req)
	Expect(err).NotTo(HaveOccurred())
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	Expect(err).NotTo(HaveOccurred())
	return res.StatusCode, res.Header, string(body)
}

func decode(body string) map[string]any {
	GinkgoHelper()
	var out map[string]any
	Expect(json.Unmarshal([]byte(body), &out)).To(Succeed(), body)
	return out
}

// controlCall makes a control call.
func controlCall(sepay *emulator.Emulator, method, path, body string, change ...func(*http.Request)) (int, map[string]any) {
	GinkgoHelper()
	req, err := http.NewRequest(method, sepay.URL()+"/_control/v1"+path, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	for _, c := range change {
		c(req)
	}
	status, _, text := do(req)
	if text == "" {
		return status, nil
	}
	return status, decode(text)
}

// codes lists the codes of the findings, oldest first.
func codes(sepay *emulator.Emulator) []string {
	var out []string
	for _, f := range sepay.Findings() {
		out = append([]string{f.Code}, out...)
	}
	return out
}

// rows returns the "data" of a v2 list.
func rows(list map[string]any) []map[string]any {
	GinkgoHelper()
	var out []map[string]any
	for _, row := range list["data"].([]any) {
		out = append(out, row.(map[string]any))
	}
	return out
}

// pluck returns one member of each row.
func pluck(list []map[string]any, name string) []any {
	out := []any{}
	for _, row := range list {
		out = append(out, row[name])
	}
	return out
}
