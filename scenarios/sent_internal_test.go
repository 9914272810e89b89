package scenarios

import (
	"net/http"
	"testing"
)

// The log shows the end of a credential only; what the shop received decides.
func TestACredentialThatTheLogMasksIsHeldAtTheShop(t *testing.T) {
	const secret, other = "the-key-of-the-shop-1234", "another-key-of-a-shop-1234"
	shown := http.Header{"Authorization": {"Apikey ****1234"}}
	got := func(key string) notice { return notice{header: http.Header{"Authorization": {"Apikey " + key}}} }
	for name, c := range map[string]struct {
		header  http.Header
		arrived []notice
		wrong   int
	}{
		"the right one":              {shown, []notice{got(secret)}, 0},
		"another one, ending alike":  {shown, []notice{got(other)}, 1},
		"one of two is another":      {shown, []notice{got(secret), got(other)}, 1},
		"nothing reached the shop":   {shown, nil, 1},
		"the log shows the right":    {http.Header{"Authorization": {"Apikey " + secret}}, nil, 0},
		"the log shows another":      {http.Header{"Authorization": {"Apikey " + other}}, []notice{got(secret)}, 1},
		"the log shows another end":  {http.Header{"Authorization": {"Apikey ****4321"}}, []notice{got(secret)}, 1},
		"the log shows another kind": {http.Header{"Authorization": {"Bearer ****1234"}}, []notice{got(secret)}, 1},
		"the log shows none":         {http.Header{}, []notice{got(secret)}, 1},
	} {
		j := &judge{}
		j.auth("it", secret, "api_key", sent{header: c.header, arrived: c.arrived})
		if len(j.wrong) != c.wrong {
			t.Errorf("%s: %v", name, j.wrong)
		}
	}
}
