// Package guest_test has Ginkgo specs of its own, as a user's tests may.
package guest_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"

	"github.com/localsepay/localsepay/contracts"
)

var (
	ran     []string
	refused = map[string]error{}
)

// try runs the contracts against nothing that answers.
func try(where string) {
	_, err := contracts.Run(context.Background(), contracts.Target{Addresses: contracts.Addresses{"userapi_v2": "http://127.0.0.1:1/v2"}}, contracts.Options{})
	refused[where] = err
}

var _ = ginkgo.BeforeSuite(func() { try("before the suite") })

var _ = ginkgo.Describe("a user's own suite", func() {
	try("while the tree is built")
	ginkgo.It("has a first claim", func() {
		ran = append(ran, "first")
		try("in a claim")
	})
	ginkgo.It("has a second claim", func() { ran = append(ran, "second") })
})

func TestARunOfTheContractsTouchesNoSuiteOfTheUsers(t *testing.T) {
	var out bytes.Buffer
	formatter.ColorableStdOut = &out
	try("before the run")
	if !ginkgo.RunSpecs(t, "guest") {
		t.Error("the user's suite failed")
	}
	try("after the run")
	if len(ran) != 2 {
		t.Errorf("of two claims ran %v", ran)
	}
	if !bytes.Contains(out.Bytes(), []byte("Ran 2 of 2 Specs")) {
		t.Errorf("Ginkgo's report went elsewhere, here is %q", &out)
	}
	for _, where := range []string{"before the run", "while the tree is built", "before the suite", "in a claim", "after the run"} {
		if !errors.Is(refused[where], contracts.ErrGinkgo) {
			t.Errorf("%s: %v", where, refused[where])
		}
	}
}
