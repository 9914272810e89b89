package contracts

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
)

// state is what the suite reads of an emulator's GET /state.
type state struct {
	Addresses Addresses `json:"addresses"`
	Settings  []struct {
		Name         string   `json:"name"`
		Value        string   `json:"value"`
		Default      string   `json:"default"`
		Alternatives []string `json:"alternatives"`
	} `json:"settings"`
}

// controlPath is where an emulator's control API is, below its base URL.
const controlPath = "/_control/v1"

// Emulator is a localsepay that runs at a base URL, e.g. http://127.0.0.1:8787.
// It is asked where its surfaces are.
func Emulator(ctx context.Context, base string) (Target, error) {
	base = strings.TrimSuffix(base, "/")
	var rule guard.Rule
	if _, err := rule.URL(base); err != nil {
		return Target{}, err
	}
	client := rule.Client(guard.Options{})
	defer client.CloseIdleConnections()
	s, err := readState(ctx, client, base+controlPath)
	if err != nil {
		return Target{}, err
	}
	return Target{Name: "localsepay at " + base, Addresses: s.Addresses}, nil
}

func readState(ctx context.Context, client *http.Client, control string) (state, error) {
	var s state
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, control+"/state", nil)
	if err != nil {
		return s, fmt.Errorf("the emulator's address: %w", err)
	}
	res, err := client.Do(req)
	if err != nil {
		return s, fmt.Errorf("no localsepay answers at %s: %s", strings.TrimSuffix(control, controlPath), input.NetError(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return s, fmt.Errorf("%s/state answers %d: is a localsepay there?", control, res.StatusCode)
	}
	if err := json.NewDecoder(res.Body).Decode(&s); err != nil {
		return s, fmt.Errorf("%s/state: %w", control, err)
	}
	return s, nil
}
