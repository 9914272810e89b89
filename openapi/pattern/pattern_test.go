package pattern_test

import (
	"testing"

	"github.com/localsepay/localsepay/openapi/pattern"
)

func TestAnExpressionIsCompiledOnceAndNotBeforeItIsUsed(t *testing.T) {
	wrong := pattern.Lazy("(") // does not panic yet
	digits := pattern.Lazy("^[0-9]+$")
	if first := digits(); digits() != first {
		t.Error("it was compiled twice")
	}
	if !digits().MatchString("12") || digits().MatchString("1a") {
		t.Error("it is another expression")
	}
	defer func() {
		if recover() == nil {
			t.Error("a wrong expression was compiled")
		}
	}()
	wrong()
}
