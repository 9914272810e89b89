package contracts

import "unsafe" // for the linker's names, and pointers whose type Ginkgo keeps to itself

// Ginkgo keeps one suite in a process, and what it exports can only throw it
// away: globals.Reset all of it, PreviewSpecs the nodes that stand outside of
// containers, after it has called the report nodes. So that a run leaves a user's
// suite as it is, these are Ginkgo's own variables, by the linker's name. When
// Ginkgo renames one this package does not link.

//go:linkname ginkgoSuite github.com/onsi/ginkgo/v2/internal/global.Suite
var ginkgoSuite *ginkgoSuiteHead

//go:linkname ginkgoFailer github.com/onsi/ginkgo/v2/internal/global.Failer
var ginkgoFailer unsafe.Pointer

//go:linkname ginkgoDidRun github.com/onsi/ginkgo/v2/internal/global.SuiteDidRun
var ginkgoDidRun bool

// ginkgoSuiteHead is how Ginkgo's suite begins. Only the number of its top-level
// containers is read; the tests of package guest say when it is elsewhere.
type ginkgoSuiteHead struct {
	_          unsafe.Pointer
	containers []struct{}
}

// theirs is the suite that the process has besides ours.
var theirs processSuite

type processSuite struct{}

// ran says that the suite runs, in whatever phase, or has run.
func (processSuite) ran() bool { return ginkgoDidRun }

// hasSpecs says that the suite has containers. One that has none may still have
// other nodes; a run beside it is harmless, because keep puts it aside.
func (processSuite) hasSpecs() bool { return ginkgoSuite != nil && len(ginkgoSuite.containers) > 0 }

// keep puts the suite aside, until restore is called.
func (processSuite) keep() (restore func()) {
	suite, failer, ran := ginkgoSuite, ginkgoFailer, ginkgoDidRun
	return func() { ginkgoSuite, ginkgoFailer, ginkgoDidRun = suite, failer, ran }
}
