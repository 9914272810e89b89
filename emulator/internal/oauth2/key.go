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
	// certainty is the number of rounds of the primality test, as FIPS 186-5 has it
	// for primes of this size.
	certainty = 5
	// sieved is the bound of the primes by which a candidate is divided first: a
	// round of the test costs as much as thousands of divisions.
	sieved = 1 << 15
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
	first := new(big.Int).SetBytes(bytes)
	small := smallPrimes()
	remainders := make([]uint64, len(small))
	for i, q := range small {
		remainders[i] = new(big.Int).Mod(first, new(big.Int).SetUint64(q)).Uint64()
	}
	for past := uint64(0); ; past += 2 {
		if divided(small, remainders, past) {
			continue
		}
		if p := new(big.Int).Add(first, new(big.Int).SetUint64(past)); p.ProbablyPrime(certainty) {
			return p
		}
	}
}

// divided says that the number so much past the first one has a small factor.
func divided(small, remainders []uint64, past uint64) bool {
	for i, q := range small {
		if (remainders[i]+past)%q == 0 {
			return true
		}
	}
	return false
}

// smallPrimes are the odd primes below [sieved].
func smallPrimes() (out []uint64) {
	composite := make([]bool, sieved)
	for n := uint64(3); n < sieved; n += 2 {
		if composite[n] {
			continue
		}
		out = append(out, n)
		for m := n * n; m < sieved; m += n {
			composite[m] = true
		}
	}
	return out
}

// Public returns the public key as RFC 7517 shows it.
func (k *Key) Public() control.JWK {
	return control.JWK{
		KeyType: "RSA", Use: "sig", Algorithm: algorithm, ID: k.ID,
		N: base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(exponent).Bytes()),
	}
}
