package openapi_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/known"
)

func TestNamesKeysAndVariablesOfTheTableAreUniqueAndPathsDoNotCollide(t *testing.T) {
	seen := map[string]string{}
	once := func(what, value, of string) {
		if was, taken := seen[what+value]; taken {
			t.Errorf("%s %q is that of %s and of %s", what, value, was, of)
		}
		seen[what+value] = of
	}
	table := openapi.Surfaces()
	for i, s := range table {
		once("name", s.Name, s.Name)
		if s.Key != "" {
			once("key", s.Key, s.Name)
		}
		for _, v := range s.Variables {
			once("variable", v.Name, s.Name)
		}
		for _, suite := range s.Suites {
			once("suite", suite, s.Name)
		}
		if s.Title == "" || s.Key == openapi.KeyBase || s.Key == openapi.KeyControl || (len(s.Paths) == 0) != (len(s.Hosts) == 0) {
			t.Errorf("%s: %+v", s.Name, s)
		}
		for _, p := range s.Paths {
			for _, other := range table[i+1:] {
				if other.Has(p) || slices.ContainsFunc(other.Paths, s.Has) {
					t.Errorf("%s and %s both have %s", s.Name, other.Name, p)
				}
			}
		}
	}
}

// The guard decides whom a program may call; what it says of a host has to be
// what the table says.
func TestTheGuardKnowsTheHostsOfTheTable(t *testing.T) {
	for _, s := range openapi.Surfaces() {
		for _, h := range s.Hosts {
			host, err := guard.ParseHost(h.Name)
			if err != nil {
				t.Fatal(err)
			}
			want := map[openapi.Environment]guard.Kind{openapi.Sandbox: guard.Sandbox, openapi.Production: guard.Production}[h.Environment]
			if s.Credential == openapi.NoCredential && len(s.Variables) == 0 && host.Kind() == guard.Pictures {
				want = guard.Pictures
			}
			if host.Kind() != want {
				t.Errorf("%s: the guard says %v of %s, the table says %s", s.Name, host.Kind(), h.Name, h.Environment)
			}
		}
	}
}

// A document says which of the hosts are documented; a host that the table lacks
// would be served by nobody.
func TestEveryDocumentIsInTheTableWithItsHosts(t *testing.T) {
	hosts := map[string][]string{}
	for _, s := range openapi.Surfaces() {
		for _, h := range s.Hosts {
			hosts[s.Document] = append(hosts[s.Document], h.Name)
		}
	}
	if diff := cmp.Diff(append([]string{"control"}, slices.Sorted(slices.Values(openapi.Surfaces().Documents()))...), reordered(openapi.Names())); diff != "" {
		t.Errorf("-table +documents:\n%s", diff)
	}
	for _, name := range openapi.Surfaces().Documents() {
		for _, host := range load(t, name).Hosts() {
			if !slices.Contains(hosts[name], host) {
				t.Errorf("%s.yaml names %s, which the table does not have", name, host)
			}
		}
	}
}

// reordered has control, which is the emulator's own, in front.
func reordered(names []string) []string {
	return append([]string{"control"}, slices.DeleteFunc(names, func(n string) bool { return n == "control" })...)
}

func TestSePaysOwnAddressesAreThoseThatItsPagesName(t *testing.T) {
	want := openapi.Addresses{
		"checkout": "https://pay-sandbox.sepay.vn/v1/checkout", "pgapi": "https://pgapi-sandbox.sepay.vn/v1",
		"userapi_v2": "https://userapi-sandbox.sepay.vn/v2", "qr": "https://qr.sepay.vn",
	}
	if diff := cmp.Diff(want, openapi.Surfaces().Public(openapi.Sandbox)); diff != "" {
		t.Errorf("the sandbox: %s", diff)
	}
	want = openapi.Addresses{
		"checkout": "https://pay.sepay.vn/v1/checkout", "pgapi": "https://pgapi.sepay.vn/v1", "userapi_v1": "https://my.sepay.vn/userapi",
		"userapi_v2": "https://userapi.sepay.vn/v2", "oauth": "https://my.sepay.vn/oauth", "oauth_api": "https://my.sepay.vn/api/v1", "qr": "https://qr.sepay.vn",
	}
	if diff := cmp.Diff(want, openapi.Surfaces().Public(openapi.Production)); diff != "" {
		t.Errorf("production: %s", diff)
	}
}

// The members of GET /state's addresses, in their order.
func TestAddressesAreWrittenInTheOrderOfTheTable(t *testing.T) {
	a := openapi.Surfaces().Local("http://x")
	a[openapi.KeyBase], a[openapi.KeyControl], a["later"] = "http://x", "http://x/_control/v1", "y"
	got, err := json.Marshal(a)
	const want = `{"base":"http://x","checkout":"http://x/v1/checkout","pgapi":"http://x/v1","userapi_v1":"http://x/userapi","userapi_v2":"http://x/v2",` +
		`"oauth":"http://x/oauth","oauth_api":"http://x/api/v1","qr":"http://x","later":"y","control":"http://x/_control/v1"}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	var back openapi.Addresses
	if err := json.Unmarshal(got, &back); err != nil || cmp.Diff(a, back) != "" {
		t.Errorf("read again: %v, %v", back, err)
	}
}

func TestPathsOfWhatIsNotEmulatedBeginWithTheirVersion(t *testing.T) {
	for path, want := range map[string]bool{"/merchant/v1/x": true, "/devices/v1/": true, "/v1/token": true, "/merchant/": false, "/x": false, "/": false} {
		if got := known.Begins(path); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
	for _, o := range known.Operations() {
		if strings.Contains(o.Path, "/v1/") && !known.Begins(o.Path) {
			t.Errorf("%s is not known", o.Path)
		}
	}
}
