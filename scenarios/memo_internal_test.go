package scenarios

import "testing"

func TestAMemoNamesAnOrderWhateverTheBankDropped(t *testing.T) {
	for _, c := range []struct {
		memo, key string
		want      bool
	}{
		{"HD2026060877A ban 5", "HD-20260608_77.A", true},
		{"hd-20260608_77.a", "HD2026060877A", true},
		{"NHAN TU 9000000000001 TRACE 100200 ND HD1", "HD-1", true},
		{"MBVCB.1.2.HD1.CT tu 00", "HD-1", true},
		{"100-0900000001-HD1-CHUYEN", "HD-1", true},
		{"xxHD1NGUYEN", "HD1", true},
		{"DH12", "DH1", false},
		{"DH1 2 ao", "DH12", false},
		{"DH12 DH1", "DH1", true},
		{"", "DH1", false},
		{"DH1", "-", false},
		{"Trace100200 Trace 100200", "HD-1", false},
	} {
		if got := namesOrder(c.memo, c.key); got != c.want {
			t.Errorf("%q names %q: %v", c.memo, c.key, got)
		}
	}
}

func TestTheLongerOfTwoKeysCounts(t *testing.T) {
	s := &shop{book: map[string]*entry{"/HD-1": {price: 1}, "/HD-1A": {price: 1}, "/HD-1AB": {}, "other/HD-1ABC": {price: 1}}}
	if got := s.orderIn("", "x HD1ABC y"); got != "HD-1A" {
		t.Errorf("%q", got)
	}
	if got := s.orderIn("", "nothing"); got != "" {
		t.Errorf("%q", got)
	}
}
