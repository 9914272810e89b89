// Package secrets registers the credentials in records with a masker when they
// are written: API tokens, keys of merchants, IPNs, webhooks and OAuth2 clients,
// passwords. Codes, tokens and sessions are stored as digests; their issuers
// register them.
package secrets
