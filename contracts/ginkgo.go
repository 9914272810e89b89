package contracts

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
)

// ErrGinkgo says that the process has Ginkgo specs of its own, which a run would
// replace.
var ErrGinkgo = errors.New("this process has a Ginkgo suite of its own, which a run of the contracts would wipe: run them from a package of tests without Ginkgo specs, or with \"localsepay contract run\"")

// running keeps runs apart.
var running sync.Mutex

// enter waits for the runs before, or refuses where somebody else's suite is: one
// that runs or has run, or one with containers. The caller calls leave when there
// is no error.
func enter() (leave func(), err error) {
	running.Lock()
	if theirs.ran() || theirs.hasSpecs() || theirs.building() {
		running.Unlock()
		return nil, ErrGinkgo
	}
	return running.Unlock, nil
}

// inGinkgo builds a tree by build and walks it, and leaves Ginkgo's tree, its
// configuration and its output as they were.
func inGinkgo(ctx context.Context, o Options, build func()) {
	defer theirs.keep()()
	config, reporter := ginkgo.GinkgoConfiguration()
	wasConfig, wasReporter := config, reporter
	was := formatter.ColorableStdOut
	defer func() {
		globals.Reset()
		ginkgo.PreviewSpecs("", wasConfig, wasReporter) // it alone sets them
		formatter.ColorableStdOut = was
	}()
	globals.Reset()
	formatter.ColorableStdOut = io.Discard // Ginkgo's own report is for its command line
	ginkgo.BeforeEach(func() {
		if ctx.Err() != nil {
			ginkgo.AbortSuite("the run was broken off")
		}
	})
	build()
	config.LabelFilter = filter(o)
	config.FocusStrings = o.Names
	config.ParallelTotal, config.ParallelProcess = 1, 1
	reporter.Succinct, reporter.NoColor, reporter.Verbose, reporter.VeryVerbose = true, true, false, false
	reporter.SilenceSkips = true
	ginkgo.RunSpecs(&verdict{}, "contract", config, reporter)
}

// verdict takes Ginkgo's; the outcomes say more.
type verdict struct{}

// Fail implements ginkgo.GinkgoTestingT.
func (*verdict) Fail() {}

// both is a context that ends with the first of two.
func both(spec, run context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(spec)
	stop := context.AfterFunc(run, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}
