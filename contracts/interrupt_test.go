package contracts_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/localsepay/localsepay/contracts"
)

// Run has to come back from a target that never answers when its context ends.
func TestARunEndsWithItsContext(t *testing.T) {
	asked, release := make(chan struct{}, 1000), make(chan struct{})
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}))
	defer target.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-asked
		cancel()
	}()
	took := stopwatch()
	_, err := contracts.Run(ctx, contracts.Target{Addresses: contracts.Addresses{"qr": target.URL}}, contracts.Options{Surfaces: []string{"qr"}})
	if !errors.Is(err, context.Canceled) || took() > time.Second || len(asked) > 0 {
		t.Errorf("%v after %s, %d more requests", err, took(), len(asked))
	}
}
