package control

// TokenRequest is the body of POST /oauth/tokens. All is optional: the default is all
// scopes for the first user and the first application of the only company.
type TokenRequest struct {
	Company string `json:"company,omitempty"`
	// Email is the user's, ClientID the application's.
	Email    string   `json:"email,omitempty"`
	ClientID string   `json:"client_id,omitempty"`
	Scopes   []string `json:"scopes,omitempty"`
}

// Decision is the body of POST /oauth/authorize: what a user does on the login and
// consent pages.
type Decision struct {
	// Query is the query string that the application sends to /oauth/authorize.
	Query string `json:"query"`
	// Email is the user's; the first user of the application's company when empty.
	Email string `json:"email,omitempty"`
	// Deny refuses the application access.
	Deny bool `json:"deny,omitempty"`
}

// Decided is the answer to [Decision]: Location is where the browser goes next.
type Decided struct {
	Location string `json:"location"`
}

// KeySet is the set of public keys (JWKS, RFC 7517) for checking access tokens. SePay
// publishes none.
type KeySet struct {
	Keys []JWK `json:"keys"`
}

// Tokens are an OAuth2 access token and refresh token (RFC 6749, section 5.1).
type Tokens struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	// ExpiresIn is in seconds.
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token"`
}

// JWK is a public key (RFC 7517).
type JWK struct {
	KeyType   string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	ID        string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}
