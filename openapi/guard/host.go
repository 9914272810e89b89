package guard

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Host is a normalised host, as resolvers and dialers accept it: a name in
// lower-case ASCII without a trailing dot, or an address.
type Host struct {
	name string
	addr netip.Addr
}

// String returns the name, or the address without brackets and zone.
func (h Host) String() string {
	if h.addr.IsValid() {
		return h.addr.String()
	}
	return h.name
}

// Addr returns the address; invalid for a name.
func (h Host) Addr() netip.Addr { return h.addr }

// names maps what browsers and Go's own client map before a lookup: case,
// full-width letters and dots, zero-width characters.
var names = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// ParseHost parses the host of a URL or of a Host header, with optional user
// information, port, brackets, zone and trailing dots. Addresses may be in the
// forms of inet_aton: 2130706433, 0x7f.1, 0177.0.0.1. The error is an
// [ErrAddress].
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

// maxName is the maximum length of a host name.
const maxName = 253

// bare removes user information and the port.
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

// ascii maps a name to ASCII. IDNA's rules are not applied to ASCII names, as
// container names have underscores.
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

// legacy parses an IPv4 address in the forms of inet_aton, as browsers, curl
// and system resolvers do: 1 to 4 numbers, each decimal, octal or hexadecimal,
// the last of which fills the rest. A name whose last part is a number can only
// be an address.
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

// numeral parses one number of an IPv4 address. A number above 64 bits is still
// a number, but out of range.
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
