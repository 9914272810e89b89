package input_test

import (
	"testing"

	"github.com/localsepay/localsepay/openapi/input"
)

func TestNearestFindsWhatWasMeant(t *testing.T) {
	choices := []string{"userapi v1", "userapi v2", "oauth api", "VietinBank", "Vietcombank", "api_tokens", "MBBank", "GET"}
	for written, want := range map[string]string{
		"Vietcombnk": "Vietcombank", "vietin bank": "VietinBank", "api_token": "api_tokens", "apiTokens": "api_tokens",
		"userapi v3": "userapi v1", "MB-Bank": "MBBank", "GTE": "GET", "oauth": "", "x": "", "": "", "ngan hang": "",
	} {
		if got, ok := input.Nearest(written, choices); got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}

func TestHintListsAllWhenNoneIsNear(t *testing.T) {
	if got := input.Hint("in", []string{"credit", "debit"}); got != "there are: credit, debit" {
		t.Error(got)
	}
	if got := input.Hint("userapi v3", []string{"userapi v1", "oauth", "userapi v2"}); got != `did you mean "userapi v1" or "userapi v2"?` {
		t.Error(got)
	}
	if got := input.Hint("credits", []string{"credit", "debit"}); got != `did you mean "credit"?` {
		t.Error(got)
	}
}
