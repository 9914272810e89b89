package scenarios

import (
	"context"
	"strings"
)

// TB is what [RunT] needs of a test; *testing.T has it.
type TB interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Addressed is a running localsepay with a base address, such as an *emulator.Emulator.
type Addressed interface{ URL() string }

// RunT runs a scenario of the library, or of a file when the name ends in .yaml or .yml,
// and fails the test if the scenario does not pass.
func RunT(t TB, sepay Addressed, name string, change ...func(*Options)) Result {
	t.Helper()
	s, err := Find(name)
	if err != nil {
		t.Fatalf("scenario: %v", err)
		return Result{}
	}
	var o Options
	for _, c := range change {
		c(&o)
	}
	r := Run(context.Background(), s, Target{URL: sepay.URL()}, o)
	if !r.OK() {
		var text strings.Builder
		WriteTree(&text, r)
		t.Errorf("scenario %s failed\n%s", s.Name, text.String())
	}
	return r
}

// Find returns a scenario by its name in the library, or by its file when the
// name ends in .yaml or .yml.
func Find(name string) (Scenario, error) {
	if strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") || strings.ContainsAny(name, `/\`) {
		return Load(name)
	}
	return named(name)
}
