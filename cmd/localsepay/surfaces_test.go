package main

import (
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/control"
)

// What the table of surfaces says is in env, in state and in the file of
// credentials.
func TestEverySurfaceOfTheTableIsShown(t *testing.T) {
	s := control.State{Addresses: openapi.Surfaces().Local("http://x")}
	s.Addresses[openapi.KeyBase], s.Addresses[openapi.KeyControl] = "http://x", "http://x/_control/v1"
	vars := variables(s, control.Company{})
	var shown strings.Builder
	printState(&shown, s)
	for _, row := range openapi.Surfaces().Addressed() {
		for _, v := range row.Variables {
			if want := s.Addresses[row.Key] + v.Below; vars[v.Name] != want {
				t.Errorf("env has %s=%q, want %q", v.Name, vars[v.Name], want)
			}
		}
		if !strings.Contains(shown.String(), row.Title+" ") || !strings.Contains(shown.String(), s.Addresses[row.Key]) {
			t.Errorf("state does not show %s:\n%s", row.Name, &shown)
		}
		if !strings.Contains(contracts.CredentialsTemplate(), row.Key) {
			t.Errorf("the file of credentials does not name %s", row.Key)
		}
	}
	if vars["SEPAY_BASE_URL"] != "http://x" || vars["LOCALSEPAY_URL"] != "http://x" {
		t.Errorf("env: %v", vars)
	}
}
