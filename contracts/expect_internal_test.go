package contracts

import "testing"

func TestMatchersHoldAndSayWhatTheyWant(t *testing.T) {
	var none *string
	for _, c := range []struct {
		m     matcher
		holds any
		fails any
		words string
	}{
		{equal(3), 3, 3.0, "to equal <int> 3"},
		{equal("a"), "a", nil, `to equal <string> "a"`},
		{beTrue(), true, "true", "to be true"},
		{beNil(), none, "", "to be nil"},
		{beNil(), nil, 0, "to be nil"},
		{beEmpty(), "", "x", "to be empty"},
		{haveLen(2), []string{"a", "b"}, map[string]int{"a": 1}, "to have length 2"},
		{haveLen(0), []row(nil), nil, "to have length 0"},
		{match(`^\d+$`), "12", 12, `to match ^\d+$`},
		{contain("b"), "abc", "ac", `to contain <string> "b"`},
		{containElement("b"), []string{"a", "b"}, []any{1}, `to have the member <string> "b"`},
		{containElement(2), []int{2}, "2", "to have the member <int> 2"},
		{atLeast(2), 2, 1, "to be at least <int> 2"},
		{atMost(2.0), 2.0, 3.0, "to be at most <float64> 2"},
	} {
		if c.m.words != c.words || !c.m.holds(c.holds) || c.m.holds(c.fails) {
			t.Errorf("%q: %v for %#v, %v for %#v; want the words %q", c.m.words, c.m.holds(c.holds), c.holds, c.m.holds(c.fails), c.fails, c.words)
		}
	}
}
