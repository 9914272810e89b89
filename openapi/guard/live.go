package guard

import "strings"

// ErrLive: a credential is one of SePay's production. It is an [ErrProduction].
var ErrLive error = live{}

type live struct{}

func (live) Error() string {
	return "live credentials, of SePay's production, where money is real: they are used for nothing here"
}

func (live) Unwrap() error { return ErrProduction }

// Live refuses credentials of SePay's production: merchants SP-LIVE-… and keys
// spsk_live_…. what names their owner.
func Live(what string, credentials ...string) error {
	for _, c := range credentials {
		c = strings.ToLower(strings.Trim(c, "\"' \t\r\n"))
		if strings.HasPrefix(c, "sp-live") || strings.HasPrefix(c, "spsk_live") {
			return &Refusal{Err: ErrLive, What: what, Hint: "take those of SePay's test mode, SP-TEST-… and spsk_test_…"}
		}
	}
	return nil
}
