// Command bare is the control of cmd/load: an HTTP server of net/http alone,
// which answers what it is given.
//
//	bare -listen 127.0.0.1:0 -routes FILE
//
// It prints its address and serves until it is killed. FILE has the routes as
// JSON, each with the status, headers and body to answer; the body of a request
// is read to its end first. POST /sink takes webhooks and counts them, and
// GET /sink/count?wait=N answers the count once it is N or more.
//
// It owns no rule of SePay, parses no body and checks no credential: what it
// costs is what any server of net/http costs.
package main
