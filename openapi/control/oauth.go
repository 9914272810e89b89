package control

// TokenRequest is the body of POST /oauth/tokens. Everything is optional: all
// scopes, for the first user of the only company, as its first application.
type TokenRequest struct {
	Company string `json:"company,omitempty"`
	// Email names the user, ClientID the application.
	Email    string   `json:"email,omitempty"`
	ClientID string   `json:"client_id,omitempty"`
	Scopes   []string `json:"scopes,omitempty"`
}

// Decision is the body of POST /oauth/authorize: what a user does on the login
// and consent pages.
type Decision struct {
	// Query is the query of /oauth/authorize, as the application made it.
	Query string `json:"query"`
	// Email names the user; the first one of the application's company when
	// empty. Deny says no.
	Email string `json:"email,omitempty"`
	Deny  bool   `json:"deny,omitempty"`
}

// Decided is where the browser goes then.
type Decided struct {
	Location string `json:"location"`
}

// KeySet is the JWKS (RFC 7517) that access tokens can be checked with. SePay
// publishes none.
type KeySet struct {
	Keys []JWK `json:"keys"`
}

// Tokens are what the client gets (RFC 6749 §5.1). SePay documents no scope
// member.
type Tokens struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	// ExpiresIn is in seconds.
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
}

// JWK is the public key as RFC 7517 shows it.
type JWK struct {
	KeyType   string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	ID        string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}
