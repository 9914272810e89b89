package control_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/openapi/control"
)

func TestTheMomentsOfTheTimelineAreTheFacts(t *testing.T) {
	var types []string
	for _, f := range fact.Types() {
		types = append(types, string(f))
	}
	if diff := cmp.Diff(types, control.MomentTypes()); diff != "" {
		t.Errorf("-facts +moments:\n%s", diff)
	}
}
