// Package guest_test has Ginkgo specs of its own, as a user's tests may.
package guest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"

	"github.com/localsepay/localsepay/contracts"
)

var (
	mu      sync.Mutex
	ran     []string
	refused = map[string]error{}
)

// does notes that a node of the suite was called.
func does(what string) {
	mu.Lock()
	defer mu.Unlock()
	ran = append(ran, what)
}

// try runs the contracts against nothing that answers.
func try(where string) {
	_, err := contracts.Run(context.Background(), contracts.Target{Addresses: contracts.Addresses{"userapi_v2": "http://127.0.0.1:1/v2"}}, contracts.Options{Surfaces: []string{"userapi v2"}})
	mu.Lock()
	defer mu.Unlock()
	refused[where] = err
}

// Package variables are made in the order in which they are declared: before the
// first of these there is no spec, and nothing to refuse for.
var (
	_ = ginkgo.BeforeSuite(func() { does("before suite"); try("before the suite") })
	_ = ginkgo.BeforeEach(func() { does("before each") })
	_ = initially("before any container")
	_ = ginkgo.Describe("a user's own suite", func() {
		try("while the tree is built")
		ginkgo.It("has a first claim", func() {
			does("first")
			ginkgo.DeferCleanup(func() { try("in a cleanup") })
			try("in a claim")
		})
		ginkgo.It("has a second claim", func() { does("second") })
	})
	_ = ginkgo.It("has a claim outside of containers", func() { does("third") })
	_ = initially("when the package is made")
	_ = ginkgo.AfterEach(func() { try("after a claim") })
	_ = ginkgo.ReportAfterEach(func(ginkgo.SpecReport) { betweenNodes() })
	_ = ginkgo.AfterSuite(func() { does("after suite"); try("after the suite") })
	_ = ginkgo.ReportBeforeSuite(func(ginkgo.Report) { try("before the report") })
	_ = ginkgo.ReportAfterSuite("the report", func(ginkgo.Report) { try("at the report") })
)

func initially(where string) bool { try(where); return true }

var goroutines sync.WaitGroup

// betweenNodes tries beside the suite, at whatever it does meanwhile.
func betweenNodes() { goroutines.Go(func() { try("beside the suite") }) }

func TestARunOfTheContractsTouchesNoSuiteOfTheUsers(t *testing.T) {
	var out bytes.Buffer
	formatter.ColorableStdOut = &out
	try("before the run")
	config, _ := ginkgo.GinkgoConfiguration()
	if !ginkgo.RunSpecs(t, "guest") {
		t.Error("the user's suite failed")
	}
	goroutines.Wait()
	try("after the run")
	if formatter.ColorableStdOut != io.Writer(&out) {
		t.Error("the output was swapped")
	}
	if after, _ := ginkgo.GinkgoConfiguration(); after.ParallelTotal != config.ParallelTotal || after.DryRun != config.DryRun || after.LabelFilter != config.LabelFilter || len(after.FocusStrings) != len(config.FocusStrings) {
		t.Errorf("the configuration was %+v, is %+v", config, after)
	}
	if err := refused["before any container"]; !errors.Is(err, contracts.ErrNothing) && err != nil {
		t.Errorf("before there was a suite: %v", err)
	}
	places := []string{
		"when the package is made", "before the run", "while the tree is built", "before the report", "before the suite",
		"after a claim", "beside the suite", "after the suite", "at the report", "after the run",
	}
	if config.ParallelTotal == 1 {
		places = append(places, "in a claim", "in a cleanup")
		slices.Sort(ran)
		want := []string{"after suite", "before each", "before each", "before each", "before suite", "first", "second", "third"}
		if !slices.Equal(ran, want) {
			t.Errorf("of the suite ran %v, want %v", ran, want)
		}
		if !bytes.Contains(out.Bytes(), []byte("Ran 3 of 3 Specs")) {
			t.Errorf("Ginkgo's report went elsewhere, here is %q", &out)
		}
	}
	for _, where := range places {
		if err, tried := refused[where]; tried && !errors.Is(err, contracts.ErrGinkgo) || !tried && config.ParallelTotal == 1 {
			t.Errorf("%s: %v", where, err)
		}
	}
}
