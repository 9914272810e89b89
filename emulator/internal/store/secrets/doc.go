// Package secrets tells a masker of the credentials that records hold, as they
// are written: API tokens, keys of merchants, IPNs, webhooks and OAuth2 clients,
// passwords. Codes, tokens and sessions are stored as digests; who makes them
// tells of them.
package secrets
