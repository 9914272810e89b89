package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/localsepay/localsepay/contracts/twin"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
)

// contractTwinCmd serves a bad twin in front of a running localsepay.
type contractTwinCmd struct {
	remote
	Name   string `arg:"" optional:"" help:"What is to be wrong; without a name the twins are listed."`
	Listen string `env:"LOCALSEPAY_TWIN_LISTEN" default:"127.0.0.1:8788" help:"Address of the twin."`
}

// twinConnections is how many connections to the emulator are kept open.
const twinConnections = 16

// twinShutdown is how long requests may take when the twin stops.
const twinShutdown = 500 * time.Millisecond

// Run implements the verb: it serves until interrupted.
func (c contractTwinCmd) Run(t terminal) error {
	if c.Name == "" {
		for _, tw := range twin.All() {
			fmt.Fprintf(t.out, "%-11s  %s\n", tw.Surface, tw.Name)
		}
		return nil
	}
	tw, ok := twin.Named(c.Name)
	if !ok {
		var names []string
		for _, known := range twin.All() {
			names = append(names, known.Name)
		}
		hint := "localsepay contract twin lists them; put the name in quotes"
		if near, ok := input.Nearest(c.Name, names); ok {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return &usageError{fmt.Sprintf("there is no twin %q", c.Name), hint}
	}
	if err := checkURL("--url", c.URL); err != nil {
		return err
	}
	to, err := url.Parse(c.URL)
	if err != nil {
		return err
	}
	proxy := &httputil.ReverseProxy{Transport: guard.Rule{}.Transport(guard.Options{Idle: twinConnections}), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // the emulator says where it is by the host that it was asked for
	}}
	impostor, err := twin.New(tw, proxy)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return errors.Join(&usageError{err.Error(), "take another port with --listen"}, impostor.Close())
	}
	fmt.Fprintf(t.out, "http://%s is %s, but: %s\n", l.Addr(), c.URL, tw.Name)
	server := &http.Server{Handler: impostor}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err = <-served:
	case <-t.ctx.Done():
		ctx, cancel := context.WithTimeout(context.Background(), twinShutdown)
		defer cancel()
		if err = server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
	}
	return stopped(t.ctx, errors.Join(err, impostor.Close()), nil)
}
