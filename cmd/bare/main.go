package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

// route is a request, by method and path with query, and its answer. The
// body is base64 in JSON.
type route struct {
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	routes := flag.String("routes", "", "JSON file of routes")
	flag.Parse()
	if err := serve(*listen, *routes, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

// serve listens, prints the base address, and answers until it fails.
func serve(listen, file string, out io.Writer) error {
	h, err := load(file)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	if _, err := fmt.Fprintf(out, "http://%s\n", l.Addr()); err != nil {
		return fmt.Errorf("printing the address: %w", err)
	}
	return http.Serve(l, h)
}

// load makes the handler of a file of routes; of none, when the name is empty.
func load(file string) (http.Handler, error) {
	var routes []route
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &routes); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return newHandler(routes), nil
}

// newHandler answers the routes and the sink.
func newHandler(routes []route) http.Handler {
	s := newSink()
	answers := map[string]*route{}
	for _, r := range routes {
		answers[r.Method+" "+r.Path] = &r
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := answers[r.Method+" "+r.RequestURI]; answer != nil {
			answer.write(w, r)
			return
		}
		switch r.URL.Path {
		case "/sink":
			s.receive(w, r)
		case "/sink/count":
			s.tell(w, r)
		default:
			http.NotFound(w, r)
		}
	})
}

func (a *route) write(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return // the client left
	}
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body)
}
