package oauth2

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// The challenge methods (RFC 7636 §4.2).
const (
	methodPlain = "plain"
	methodS256  = "S256"
)

var verifierShape = pattern.Lazy(`^[A-Za-z0-9._~-]{43,128}$`)

// readChallenge checks the PKCE parameters of an authorization request. SePay
// documents no PKCE: it is checked when used and never required (assumed).
func readChallenge(challenge, method string) (string, string, error) {
	if challenge == "" {
		if method != "" {
			return "", "", fail(InvalidRequest, "code_challenge_method without code_challenge")
		}
		return "", "", nil
	}
	if method == "" {
		method = methodPlain
	}
	switch {
	case method != methodPlain && method != methodS256:
		return "", "", fail(InvalidRequest, "code_challenge_method is "+quote(method)+": S256 and plain exist")
	case !verifierShape().MatchString(challenge):
		return "", "", fail(InvalidRequest, "code_challenge has 43 to 128 unreserved characters")
	}
	return challenge, method, nil
}

// verify returns whether a verifier matches a challenge (RFC 7636 §4.6).
func verify(challenge, method, verifier string) bool {
	if !verifierShape().MatchString(verifier) {
		return false
	}
	if method == methodS256 {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(challenge), []byte(verifier)) == 1
}
