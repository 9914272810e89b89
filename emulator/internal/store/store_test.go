package store_test

import (
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/conformance"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// The lists, filters and orders of this package are the same over every backend.
// They are tried over the one in memory.
func TestTheListsAnswerAsTheirModelsDo(t *testing.T) {
	conformance.Run(t, func(*testing.T) store.Store { return memory.New() })
}
