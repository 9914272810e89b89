package guard

import "strings"

// Kind classifies a host.
type Kind int

// The kinds of hosts.
const (
	// Foreign is a host that is not SePay's.
	Foreign Kind = iota
	// Production has real money, or pages about it. Unknown SePay hosts are of
	// this kind.
	Production
	// Sandbox is SePay's test mode.
	Sandbox
	// Pictures are SePay's public QR pictures: they take no credential and move
	// no money.
	Pictures
	// Pages are documentation and the company's website.
	Pages
)

// hosts are those in SePay's documents and clients
// (https://developer.sepay.vn/vi). It is never changed.
var hosts = map[string]Kind{
	"pay.sepay.vn": Production, "pgapi.sepay.vn": Production, "userapi.sepay.vn": Production, "my.sepay.vn": Production,
	"bankhub.sepay.vn": Production, "bankhub-api.sepay.vn": Production, "partner-api.sepay.vn": Production,
	"einvoice-api.sepay.vn": Production, "speaker-api.sepay.vn": Production,

	"pay-sandbox.sepay.vn": Sandbox, "sandbox.pay.sepay.vn": Sandbox, "pgapi-sandbox.sepay.vn": Sandbox, "userapi-sandbox.sepay.vn": Sandbox,
	"my.dev.sepay.vn": Sandbox, "bankhub-sandbox.sepay.vn": Sandbox, "bankhub-api-sandbox.sepay.vn": Sandbox, "einvoice-api-sandbox.sepay.vn": Sandbox,

	"qr.sepay.vn": Pictures, "vietqr.app": Pictures,

	"sepay.vn": Pages, "www.sepay.vn": Pages, "developer.sepay.vn": Pages, "docs.sepay.vn": Pages, "get.sepay.vn": Pages,
}

// domains are SePay's domains.
var domains = []string{"sepay.vn", "vietqr.app"}

// Kind returns the kind of a host. Addresses are Foreign, as only a name
// identifies a host.
func (h Host) Kind() Kind {
	if k, ok := hosts[h.name]; ok {
		return k
	}
	for _, d := range domains {
		if h.name == d || strings.HasSuffix(h.name, "."+d) {
			return Production
		}
	}
	return Foreign
}

// SePay returns whether a host, with or without a port, is SePay's.
func SePay(host string) bool {
	h, err := ParseHost(host)
	return err == nil && h.Kind() != Foreign
}
