package contracts

import (
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/localsepay/localsepay/openapi"
)

// mark says what a claim is about and what it takes to hold it.
type mark struct {
	operations []string
	evidence   openapi.Evidence
	writes     bool
	needs      []need
}

// need is something that not every target has.
type need string

// The needs.
const (
	// needsControl: the emulator's control API, which makes money move.
	needsControl need = "control"
	// needsToken, needsMerchant and needsAccess: an API token, a merchant's
	// pair, an OAuth2 access token.
	needsToken    need = "token"
	needsMerchant need = "merchant"
	needsAccess   need = "scope"
	// needsBrowser: a person, or a browser, that goes through pages.
	needsBrowser need = "browser"
	// needsReceiver: a public address that leads to the suite's receiver.
	needsReceiver need = "receiver"
)

// documented, captured, observed and assumed begin a mark with the evidence of
// the claim and the operations that it is about.
func documented(operations ...string) mark {
	return mark{operations: operations, evidence: openapi.Documented}
}
func captured(operations ...string) mark {
	return mark{operations: operations, evidence: openapi.Captured}
}
func observed(operations ...string) mark {
	return mark{operations: operations, evidence: openapi.Observed}
}
func assumed(operations ...string) mark {
	return mark{operations: operations, evidence: openapi.Assumed}
}

// writing marks a claim that creates something at the target.
func (m mark) writing() mark { m.writes = true; return m }

// with adds needs.
func (m mark) with(needs ...need) mark {
	m.needs = append(slices.Clip(m.needs), needs...)
	return m
}

// labels are those of Ginkgo: "op:…", "evidence:…", "read" or "writes", "needs:…".
func (m mark) labels() ginkgo.Labels {
	out := ginkgo.Labels{"evidence:" + string(m.evidence)}
	for _, o := range m.operations {
		out = append(out, "op:"+o)
	}
	if m.writes {
		out = append(out, "writes")
	} else {
		out = append(out, "read")
	}
	for _, n := range m.needs {
		out = append(out, "needs:"+string(n))
	}
	return out
}

// surface holds the claims about one surface. Its address decides whether the
// target has it; the needs are those of all its claims.
func (u *suite) surface(name, address string, claims func(), needs ...need) {
	ginkgo.Describe(name, ginkgo.Label("surface:"+name), func() {
		was := u.here
		u.here = place{name: name, address: address, needs: needs}
		claims()
		u.here = was
	})
}

// claim is one spec: a sentence that has to be true of the target.
func (u *suite) claim(text string, m mark, body func(*spec)) {
	m.needs = append(slices.Clone(u.here.needs), m.needs...)
	here := u.here
	ginkgo.It(text, m.labels(), func(ctx ginkgo.SpecContext) {
		if why := u.missing(here, m); why != "" {
			ginkgo.Skip(why)
		}
		now, done := both(ctx, u.ends)
		s := newSpec(now, u)
		ginkgo.DeferCleanup(func(ctx ginkgo.SpecContext) {
			done()
			s.ctx, done = both(ctx, u.ends) // that of the claim is over
			defer done()
			s.end()
		})
		body(s)
	})
}

// place is where claims stand while they are registered.
type place struct {
	name, address string
	needs         []need
}

// missing says why a claim cannot be held against the target; "" when it can.
func (u *suite) missing(at place, m mark) string {
	t := u.target
	switch {
	case at.address == "":
		return "the target has no " + at.name
	case m.writes && t.ReadOnly:
		return "the run only reads"
	case t.Addresses.Control() != "":
		return "" // the control API makes whatever else is needed
	}
	has := map[need]bool{
		needsToken: t.APIToken != "", needsMerchant: t.MerchantID != "" && t.SecretKey != "", needsAccess: t.AccessToken != "",
		needsBrowser: u.ask != nil, needsReceiver: t.Receiver != "",
	}
	names := map[need]string{
		needsControl: "a control API, which only an emulator has", needsBrowser: "a person at a browser: --with-a-person",
		needsToken:    "an API token: SEPAY_API_TOKEN",
		needsMerchant: "a merchant: SEPAY_MERCHANT_ID and SEPAY_SECRET_KEY",
		needsAccess:   "an access token: SEPAY_ACCESS_TOKEN",
		needsReceiver: "a public address of the receiver: --receiver-url",
	}
	var lacking []string
	for _, n := range m.needs {
		if !has[n] && !slices.Contains(lacking, names[n]) {
			lacking = append(lacking, names[n])
		}
	}
	if len(lacking) == 0 {
		return ""
	}
	return "needs " + strings.Join(lacking, ", and ")
}
