package guard

import "net/netip"

// special are the ranges of IPv4 and IPv6 that belong to no host on the
// internet: IANA's registries of special-purpose addresses
// (https://www.iana.org/assignments/iana-ipv4-special-registry,
// https://www.iana.org/assignments/iana-ipv6-special-registry), and the
// translated and tunnelled forms that carry an IPv4 address. It is never
// changed.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20",
)

// unicast is all of IPv6 that is given out to hosts on the internet. Outside of
// it are the unspecified, loopback, IPv4-compatible, NAT64, unique local,
// link-local, site-local and multicast addresses.
var unicast = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// Public says that an address belongs to a host on the internet. One that is
// written in a mapped form is judged as the IPv4 address that it is; one that
// carries an IPv4 address to a translator or tunnel is never public.
func Public(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	if !a.IsValid() || a.Is6() && (!unicast.Contains(a) || isatap(a)) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// isatap says that the lower half of an address is that of a tunnel within a
// site (RFC 5214), which holds an IPv4 address.
func isatap(a netip.Addr) bool {
	b := a.As16()
	return b[8]&^0x03 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}
