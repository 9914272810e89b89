package guard_test

import (
	"net/netip"
	"testing"

	"github.com/localsepay/localsepay/openapi/guard"
)

func TestOnlyHostsOnTheInternetArePublic(t *testing.T) {
	for _, text := range []string{
		// unspecified, private, shared, loopback, link-local, protocol assignments
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.1", "192.0.0.171", "192.168.0.1", "192.168.255.255",
		// documentation, benchmark, relays and sinks
		"192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "198.19.255.255", "192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1",
		// multicast, reserved, broadcast
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		// IPv6: unspecified, loopback, compatible, mapped
		"::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1",
		// NAT64, well known and local, also of a public address
		"64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1", "64:ff9b:1:abcd::1",
		// 6to4, Teredo, ISATAP
		"2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2001::1", "2001:0:7f00:1::", "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1",
		// discard, ORCHID, benchmark, documentation, SRv6, AS112, 6bone
		"100::1", "2001:10::1", "2001:20::1", "2001:2::1", "2001:db8::1", "3fff::1", "5f00::1", "2620:4f:8000::1", "3ffe::1",
		// unique local, link-local, site-local, multicast, unassigned
		"fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "4000::1", "200::1",
	} {
		if a := netip.MustParseAddr(text); guard.Public(a) {
			t.Errorf("%s is taken for public", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "::ffff:1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::64", "2400:8905::2000:8cff:fe98:45cd"} {
		if a := netip.MustParseAddr(text); !guard.Public(a) {
			t.Errorf("%s is not taken for public", text)
		}
	}
	if guard.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}
