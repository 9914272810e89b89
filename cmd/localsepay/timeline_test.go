package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
)

func TestTimelineAndClientsTellWhatHappened(t *testing.T) {
	sepay := emulator.StartT(t)
	sepay.Company().Account().Receive(10_000, "DH123456")
	res, err := http.Get(sepay.URL() + "/v2/transactions")
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	code, out, _ := verb(t, "timeline", "--url", sepay.URL())
	if code != 0 || !strings.Contains(out, "2026-01-05 09:00:00  transfer  in 10,000 VND") || !strings.Contains(out, "401 GET /v2/transactions") {
		t.Errorf("exit %d, %s", code, out)
	}
	code, out, _ = verb(t, "clients", "--url", sepay.URL())
	if code != 0 || !strings.Contains(out, "1 calls") || !strings.Contains(out, "SePay's 3 a second would have refused 0") {
		t.Errorf("exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, "timeline", "--limit", "1", "--url", sepay.URL()); code != 0 || !strings.Contains(out, "(more: --after 1)") {
		t.Errorf("exit %d, %s", code, out)
	}
	if code, out, _ := verb(t, "timeline", "--after", "1", "--url", sepay.URL()); code != 0 || strings.Contains(out, "transfer  in") || !strings.Contains(out, "request") {
		t.Errorf("exit %d, %s", code, out)
	}
	for _, name := range []string{"timeline", "clients"} {
		if code, out, _ := verb(t, name, "--json", "--url", sepay.URL()); code != 0 || !json.Valid([]byte(out)) {
			t.Errorf("%s: exit %d, %s", name, code, out)
		}
	}
	if code, _, errOut := verb(t, "timeline", "--from", "yesterday", "--url", sepay.URL()); code != exitFailed || !strings.Contains(errOut, "from") {
		t.Errorf("exit %d, %s", code, errOut)
	}
}

func TestATimelineWithoutMomentsSaysSo(t *testing.T) {
	sepay := emulator.StartT(t)
	for _, c := range []struct{ args, want string }{
		{"", "(nothing happened yet)\n"}, {"--type order", "(nothing matches)\n"}, {"--after 7", "(nothing matches)\n"}, {"--to 2020-01-01T00:00:00Z", "(nothing matches)\n"},
	} {
		args := append([]string{"timeline", "--url", sepay.URL()}, strings.Fields(c.args)...)
		if code, out, errOut := verb(t, args...); code != 0 || out != c.want {
			t.Errorf("%s: exit %d, %q%s", c.args, code, out, errOut)
		}
		if code, out, _ := verb(t, append(args, "--json")...); code != 0 || !json.Valid([]byte(out)) {
			t.Errorf("%s as JSON: exit %d, %s", c.args, code, out)
		}
	}
}

func TestALimitOfNoRowsIsRefused(t *testing.T) {
	sepay := emulator.StartT(t)
	for _, name := range []string{"timeline", "orders", "deliveries"} {
		for _, limit := range []string{"0", "-1"} {
			code, _, errOut := verb(t, name, "--limit="+limit, "--url", sepay.URL())
			if want := `--limit: want 1 or more, not "` + limit + `"`; code != exitUsage || !strings.Contains(errOut, want) {
				t.Errorf("%s --limit=%s: exit %d, %s", name, limit, code, errOut)
			}
		}
		if code, _, errOut := verb(t, name, "--limit", "1", "--url", sepay.URL()); code != 0 {
			t.Errorf("%s: exit %d, %s", name, code, errOut)
		}
	}
}
