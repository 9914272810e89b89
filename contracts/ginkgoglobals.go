package contracts

import "unsafe" // for the linker's names, and pointers whose type Ginkgo keeps to itself

// Ginkgo keeps one suite in a process, and what it exports can only throw it
// away: globals.Reset all of it, PreviewSpecs the nodes that stand outside of
// containers, after it has called the report nodes. So that a run leaves a user's
// suite as it is, these are Ginkgo's own variables, by the linker's name.

//go:linkname ginkgoSuite github.com/onsi/ginkgo/v2/internal/global.Suite
var ginkgoSuite *ginkgoSuiteHead

//go:linkname ginkgoFailer github.com/onsi/ginkgo/v2/internal/global.Failer
var ginkgoFailer unsafe.Pointer

// Later versions have it elsewhere: the name that a version lacks is a variable
// of its own.
//
//go:linkname ginkgoDidRun github.com/onsi/ginkgo/v2.suiteDidRun
var ginkgoDidRun bool

//go:linkname laterGinkgoDidRun github.com/onsi/ginkgo/v2/internal/global.SuiteDidRun
var laterGinkgoDidRun bool

// ginkgoSuiteHead is how Ginkgo's suite begins. Only the number of its top-level
// containers and its phase are read; the tests of package guest say when they are
// elsewhere.
type ginkgoSuiteHead struct {
	_          unsafe.Pointer
	containers []struct{}
	_          unsafe.Pointer
	phase      uint
}

// buildingTree is the phase in which the bodies of containers run.
const buildingTree = 1

// theirs is the suite that the process has besides ours.
var theirs processSuite

type processSuite struct{}

// ran says that the suite runs, in whatever phase, or has run.
func (processSuite) ran() bool { return ginkgoDidRun || laterGinkgoDidRun }

// hasSpecs says that the suite has containers. One that has none may still have
// other nodes; a run beside it is harmless, because keep puts it aside.
func (processSuite) hasSpecs() bool { return ginkgoSuite != nil && len(ginkgoSuite.containers) > 0 }

// building says that the suite's tree is being built.
func (processSuite) building() bool { return ginkgoSuite != nil && ginkgoSuite.phase == buildingTree }

// keep puts the suite aside, until restore is called.
func (processSuite) keep() (restore func()) {
	suite, failer, ran, later := ginkgoSuite, ginkgoFailer, ginkgoDidRun, laterGinkgoDidRun
	return func() { ginkgoSuite, ginkgoFailer, ginkgoDidRun, laterGinkgoDidRun = suite, failer, ran, later }
}
