package texts_test

import (
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi/texts"
)

func TestEachClassIsFoundInItsSampleAndNoneInAPlainText(t *testing.T) {
	if got := texts.In(texts.Plain); len(got) != 0 {
		t.Errorf("a plain text holds %v", got)
	}
	for _, c := range texts.Classes(false) {
		found := false
		for _, in := range texts.In(c.Sample) {
			found = found || in == c
		}
		if !found {
			t.Errorf("%q does not hold its class %s", c.Sample, c.Name)
		}
		if strings.ContainsAny(c.Sample, "0123456789\r\n\t") {
			t.Errorf("%q would end or lengthen a payment code, or a line", c.Sample)
		}
	}
	if got := texts.In(texts.Join(texts.Classes(false))); len(got) != len(texts.Classes(false)) {
		t.Errorf("all of them together hold %v", got)
	}
}

func TestTurnsGoRoundAndUsualOnesAreThoseOfBanks(t *testing.T) {
	all := texts.Classes(false)
	seen := map[string]bool{}
	for i := range all {
		seen[texts.Turn(all, i+3)] = true
	}
	if len(seen) != len(all) || texts.Turn(all, -1) != texts.Turn(all, len(all)-1) {
		t.Errorf("turns %v", seen)
	}
	usual := texts.Classes(true)
	if len(usual) != 1 || usual[0].Name != "slash" {
		t.Errorf("usual: %v", usual)
	}
	if texts.Turn(nil, 4) != texts.Plain || texts.Join(nil) != texts.Plain {
		t.Error("no class is a plain text")
	}
}
