package emulator_test

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi"
)

func socket(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// base reads where an emulator that is called at an address says that it is.
func base(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	res, err := client.Get(address + "/_control/v1/state")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var state struct {
		Addresses openapi.Addresses `json:"addresses"`
	}
	if err := json.NewDecoder(res.Body).Decode(&state); err != nil {
		t.Fatal(err)
	}
	return state.Addresses.Base()
}

func TestSeveralListenersAreServedAlikeAndCloseTogether(t *testing.T) {
	e, err := emulator.Start()
	if err != nil {
		t.Fatal(err)
	}
	// A certificate and a client that trusts it.
	https := httptest.NewTLSServer(http.NotFoundHandler())
	defer https.Close()
	plain, secure := socket(t), socket(t)
	for _, l := range []net.Listener{plain, tls.NewListener(secure, https.TLS)} {
		if err := e.Serve(l); err != nil {
			t.Fatal(err)
		}
	}
	client := https.Client()
	defer client.CloseIdleConnections()
	for _, address := range []string{e.URL(), "http://" + plain.Addr().String(), "https://" + secure.Addr().String()} {
		if got := base(t, client, address); got != address {
			t.Errorf("at %s it says that it is at %s", address, got)
		}
	}
	// All of them hold requests to the host names that are answered.
	for _, address := range []string{"http://" + plain.Addr().String(), "https://" + secure.Addr().String()} {
		req, err := http.NewRequest(http.MethodGet, address+"/v2/transactions", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "attacker.example"
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s answers a foreign host with %d", address, res.StatusCode)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for _, l := range []net.Listener{plain, secure} {
		if c, err := net.Dial("tcp", l.Addr().String()); err == nil {
			c.Close()
			t.Errorf("%s still listens", l.Addr())
		}
	}
}

func TestAListenerAloneIsEnough(t *testing.T) {
	e, err := emulator.New()
	if err != nil {
		t.Fatal(err)
	}
	l := socket(t)
	if err := e.Serve(l); err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	if got := base(t, http.DefaultClient, address); got != address || e.URL() != "" {
		t.Errorf("at %s it says that it is at %s; its own address is %q", address, got, e.URL())
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestAListenerOfAClosedEmulatorIsClosed(t *testing.T) {
	e, err := emulator.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	l := socket(t)
	if err := e.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("Serve: %v", err)
	}
	if err := l.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener was left open: %v", err)
	}
	if err := e.Listen(); !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("Listen: %v", err)
	}
}

// broken is a listener that fails when it is told to.
type broken struct {
	net.Listener
	fail chan struct{}
}

var errCable = errors.New("the cable is out")

func (b broken) Accept() (net.Conn, error) {
	<-b.fail
	return nil, errCable
}

func TestAListenerThatEndsByItselfIsReported(t *testing.T) {
	e, err := emulator.Start()
	if err != nil {
		t.Fatal(err)
	}
	b := broken{socket(t), make(chan struct{})}
	if err := e.Serve(b); err != nil {
		t.Fatal(err)
	}
	close(b.fail)
	for len(e.Findings()) == 0 { // the other listener is served meanwhile
		_ = base(t, http.DefaultClient, e.URL())
	}
	if f := e.Findings()[0]; f.Code != "emulator.internal" || !strings.Contains(f.Detail, errCable.Error()) {
		t.Errorf("finding: %+v", f)
	}
	if err := e.Close(); !errors.Is(err, errCable) {
		t.Errorf("Close: %v", err)
	}
}
