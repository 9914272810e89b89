package oauth2

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// algorithm is the only accepted one: a token whose header names another is
// refused.
const algorithm = "RS256"

// ErrToken: not an access token of this server, or no longer valid.
var ErrToken = errors.New("not a valid access token")

// Claims are the claims of an access token
// (https://developer.sepay.vn/en/sepay-oauth2/access-token), in that order. The
// last one is not documented: it makes tokens of the same second differ.
type Claims struct {
	Issuer string `json:"iss"`
	// Subject is the user's id as text, Audience the client id.
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	// ExpiresAt and IssuedAt are Unix seconds.
	ExpiresAt int64 `json:"exp"`
	IssuedAt  int64 `json:"iat"`
	// Scope has the scopes, separated by blanks.
	Scope string `json:"scope"`
	ID    string `json:"jti"`
}

// header is the header of every token: RFC 7515 §4.
type header struct {
	Type      string `json:"typ"`
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

var encoding = base64.RawURLEncoding.Strict()

// Sign writes an access token.
func (k *Key) Sign(c Claims) (string, error) {
	head, err := json.Marshal(header{"JWT", algorithm, k.ID})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed := encoding.EncodeToString(head) + "." + encoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, k.private, crypto.SHA256, sum[:])
	return signed + "." + encoding.EncodeToString(signature), err
}

// maxToken bounds a token, in bytes.
const maxToken = 8 << 10

// Read checks a token's signature and then its expiry, and returns its claims.
func (k *Key) Read(token string, now time.Time) (Claims, error) {
	c, err := k.verified(token)
	if err == nil && now.Unix() >= c.ExpiresAt {
		return Claims{}, ErrToken
	}
	return c, err
}

// verified is [Key.Read] at any time.
func (k *Key) verified(token string) (Claims, error) {
	var c Claims
	parts := strings.Split(token, ".")
	if len(token) > maxToken || len(parts) != 3 {
		return c, ErrToken
	}
	signature, err := encoding.DecodeString(parts[2])
	if err != nil {
		return c, ErrToken
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(&k.private.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return c, ErrToken
	}
	var h header
	if decode(parts[0], &h) != nil || h.Algorithm != algorithm || decode(parts[1], &c) != nil {
		return Claims{}, ErrToken
	}
	if c.Issuer != Issuer {
		return Claims{}, ErrToken
	}
	return c, nil
}

func decode(part string, into any) error {
	text, err := encoding.DecodeString(part)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
