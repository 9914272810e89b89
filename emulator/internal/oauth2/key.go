package oauth2

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/openapi/control"
)

// Key signs access tokens.
type Key struct {
	private *rsa.PrivateKey
	// ID is the thumbprint-like name of the key in the JWKS.
	ID string
}

const (
	keyBits  = 2048
	exponent = 65537
	// certainty is the number of rounds of the primality test.
	certainty = 20
)

// NewKey makes the key of a seed: same seed, same key. It takes a good part of
// a second, so call it at the first token.
func NewKey(seed derive.Seed) *Key {
	one, e := big.NewInt(1), big.NewInt(exponent)
	for round := int64(0); ; round++ {
		p, q := prime(seed, "oauth.key.p", round), prime(seed, "oauth.key.q", round)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		n := new(big.Int).Mul(p, q)
		if d == nil || p.Cmp(q) == 0 || n.BitLen() != keyBits {
			continue
		}
		k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: exponent}, D: d, Primes: []*big.Int{p, q}}
		k.Precompute()
		if k.Validate() != nil {
			continue
		}
		sum := sha256.Sum256(n.Bytes())
		return &Key{private: k, ID: fmt.Sprintf("%x", sum[:8])}
	}
}

// prime returns the first prime above a derived number of half the key's size.
func prime(seed derive.Seed, purpose string, round int64) *big.Int {
	bytes := make([]byte, 0, keyBits/16)
	for i := range int64(keyBits / 16 / 64) {
		bytes = append(bytes, seed.Bytes(purpose, round*100+i, 64)...)
	}
	bytes[0] |= 0xc0 // so that the product has all of its bits
	bytes[len(bytes)-1] |= 1
	p, two := new(big.Int).SetBytes(bytes), big.NewInt(2)
	for !p.ProbablyPrime(certainty) {
		p.Add(p, two)
	}
	return p
}

// Public returns the public key as RFC 7517 shows it.
func (k *Key) Public() control.JWK {
	return control.JWK{
		KeyType: "RSA", Use: "sig", Algorithm: algorithm, ID: k.ID,
		N: base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(exponent).Bytes()),
	}
}
