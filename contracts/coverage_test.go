package contracts_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi"
)

func TestRouteTablesAndDocumentsNameTheSameOperations(t *testing.T) {
	sepay := emulator.StartT(t)
	for document, routed := range sepay.Operations() {
		contract, err := openapi.Load(document)
		if err != nil {
			t.Errorf("%s: %v", document, err)
			continue
		}
		var described []string
		for _, o := range contract.Operations() {
			described = append(described, o.ID)
		}
		slices.Sort(described)
		slices.Sort(routed)
		if diff := cmp.Diff(described, routed); diff != "" {
			t.Errorf("%s: described and not routed (-), routed and not described (+):\n%s", document, diff)
		}
	}
}
