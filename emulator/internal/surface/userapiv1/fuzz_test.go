package userapiv1_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/localsepay/localsepay/emulator"
)

// FuzzQuery sends any query: the answer is always a whole JSON document of the
// surface, and it keeps to its contract.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "per_page=1&page=2", "since_id=1", "fields=id,code", "transaction_date_from=2026-01-01", "limit=-1&limit=5",
		"%zz&a=%00", "amount_in=1e309", "amount_in_min=9223372036854775808", ";;;==&&", "q=%ff%fe", "bank_brand_name=ACB",
	} {
		f.Add(seed)
	}
	sepay, err := emulator.New(emulator.WithHistory(30), emulator.WithContract(emulator.ContractInline))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := sepay.Close(); err != nil {
			f.Error(err)
		}
	})
	token := sepay.Company().APIToken()
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/userapi/transactions/list", "/userapi/bankaccounts/list"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.URL.RawQuery = query
			r.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			sepay.Handler().ServeHTTP(w, r)
			if w.Code != http.StatusOK || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%q: %d %s", query, w.Code, w.Body)
			}
		}
	})
}
