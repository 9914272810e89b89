package scenarios_test

import (
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios"
)

func TestX(t *testing.T) {
	sepay := emulator.StartT(t, emulator.AllowPending())
	all, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		scenarios.RunT(t, sepay, s.Name)
	}
}
