package guard

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Host is a host in the form in which a resolver and a dialer take it: a name
// in lower-case ASCII without a dot at its end, or an address.
type Host struct {
	name string
	addr netip.Addr
}

// String is the name, or the address without brackets and zone.
func (h Host) String() string {
	if h.addr.IsValid() {
		return h.addr.String()
	}
	return h.name
}

// Addr is the address that the host is written as; invalid for a name.
func (h Host) Addr() netip.Addr { return h.addr }

// names maps what browsers and Go's own client map before they look a name up:
// case, full-width letters and dots, characters without a width.
var names = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// ParseHost reads the host of a URL or of a Host header, which may have user
// information, a port, brackets, a zone and dots at its end. Addresses may be
// written as inet_aton takes them: 2130706433, 0x7f.1, 0177.0.0.1. The error is
// an [ErrAddress].
func ParseHost(text string) (Host, error) {
	host := bare(text)
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return Host{addr: addr.WithZone("").Unmap()}, nil
	}
	name, err := ascii(host)
	if err != nil {
		return Host{}, unfit(text)
	}
	if name = strings.TrimRight(name, "."); name == "" || len(name) > maxName {
		return Host{}, unfit(text)
	}
	if addr, ok, err := legacy(name); err != nil {
		return Host{}, unfit(text)
	} else if ok {
		return Host{addr: addr}, nil
	}
	return Host{name: name}, nil
}

// maxName is the greatest length of a host name.
const maxName = 253

// bare takes user information and the port off.
func bare(text string) string {
	text = text[strings.LastIndexByte(text, '@')+1:]
	if strings.Count(text, ":") > 1 {
		if _, err := netip.ParseAddr(text); err == nil {
			return text // IPv6 without brackets: its colons are no port
		}
	}
	if host, _, err := net.SplitHostPort(text); err == nil {
		return host
	}
	return text
}

// ascii maps a name to ASCII. A name that is ASCII already is not held to the
// rules of IDNA: those of containers have underscores.
func ascii(name string) (string, error) {
	plain := strings.IndexFunc(name, func(r rune) bool { return r >= 0x80 }) < 0
	if !plain {
		var err error
		if name, err = names.ToASCII(name); err != nil {
			return "", err
		}
	}
	name = strings.ToLower(name)
	if strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) {
		return "", fmt.Errorf("%q is no host name", name)
	}
	return name, nil
}

// legacy reads an IPv4 address in the forms of inet_aton, as browsers, curl and
// system resolvers do: 1 to 4 numbers, each decimal, octal or hexadecimal, the
// last of which fills the rest. A name whose last part is a number can be
// nothing else.
func legacy(name string) (addr netip.Addr, ok bool, err error) {
	parts := strings.Split(name, ".")
	if _, number := numeral(parts[len(parts)-1]); !number {
		return addr, false, nil
	}
	if len(parts) > 4 {
		return addr, false, unfit(name)
	}
	var whole uint64
	for i, part := range parts {
		n, number := numeral(part)
		room := uint64(1) << 8
		if i == len(parts)-1 {
			room = 1 << (8 * (5 - len(parts)))
		}
		if !number || n >= room {
			return addr, false, unfit(name)
		}
		if i < len(parts)-1 {
			n <<= 8 * (3 - i)
		}
		whole += n
	}
	return netip.AddrFrom4([4]byte{byte(whole >> 24), byte(whole >> 16), byte(whole >> 8), byte(whole)}), true, nil
}

// numeral reads one number of an IPv4 address. One that is too great for 64
// bits is a number too, which fits nowhere.
func numeral(part string) (n uint64, number bool) {
	digits, base := part, 10
	if hex, is := strings.CutPrefix(part, "0x"); is {
		digits, base = hex, 16
		if hex == "" {
			return 0, true
		}
	} else if len(part) > 1 && part[0] == '0' {
		digits, base = part[1:], 8
	}
	allowed := "0123456789abcdef"[:base]
	if part == "" || strings.Trim(digits, allowed) != "" {
		return ^uint64(0), part != "" && strings.Trim(part, "0123456789") == ""
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		return ^uint64(0), true
	}
	return n, true
}
