// Package traffic owns the exchange, one recorded request and its answer: it
// finds the OpenAPI document of an exchange and masks its secrets.
//
// Exchanges come from a running suite or from a HAR file, which browsers,
// proxies and HTTP clients write. The HAR format, version 1.2, is described at
// http://www.softwareishard.com/blog/har-12-spec/.
//
// Package drift checks exchanges; this one does not.
package traffic
