package contracts

import (
	"context"
	"net/http"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
)

// Emulator returns the target of a localsepay that runs at a base URL such as
// http://127.0.0.1:8787. It asks it for the addresses of its surfaces.
func Emulator(ctx context.Context, base string) (Target, error) {
	var rule guard.Rule
	if _, err := rule.URL(base); err != nil {
		return Target{}, err
	}
	client := rule.Client(guard.Options{})
	defer client.CloseIdleConnections()
	api := control.NewClient(base)
	s, err := readState(ctx, client, api.Base)
	if err != nil {
		return Target{}, err
	}
	return Target{Name: "localsepay at " + api.Address(), Addresses: s.Addresses}, nil
}

// readState asks the control API at an address for its state.
func readState(ctx context.Context, client *http.Client, address string) (control.State, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	return (&control.Client{Base: address, HTTP: client}).State(ctx)
}
