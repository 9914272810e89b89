// Package traffic owns the exchange, one request and its answer as they were
// recorded, and what must happen to it before anything is said about it: it is
// placed on the OpenAPI document that describes it, and its secrets go.
//
// Exchanges come from a running suite or from a HAR file, which browsers,
// proxies and HTTP clients write. The HAR format, version 1.2, is described at
// http://www.softwareishard.com/blog/har-12-spec/.
//
// The package does not judge an exchange; package drift does.
package traffic
