package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnotherServerIsNotTakenForALocalsepay(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"success":true}`))
	}))
	defer other.Close()
	for _, args := range [][]string{{"ready"}, {"state"}, {"env"}, {"orders"}, {"transfer", "1000", "x"}, {"advance", "1m"}} {
		code, out, errOut := verb(t, append(args, "--url", other.URL)...)
		if code != exitUsage || out != "" || !strings.Contains(errOut, "is no localsepay") {
			t.Errorf("%v: exit %d, %s%s", args, code, out, errOut)
		}
	}
}
