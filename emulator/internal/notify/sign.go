package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed webhook.
const (
	HeaderSignature = "X-SePay-Signature"
	HeaderTimestamp = "X-SePay-Timestamp"
	signaturePrefix = "sha256="
)

// Sign returns the value of X-SePay-Signature: the HMAC-SHA256 of timestamp,
// a dot and the raw body, under the secret's bytes as configured
// (https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc).
func Sign(secret string, timestamp int64, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(strconv.AppendInt(nil, timestamp, 10))
	mac.Write([]byte{'.'})
	mac.Write(body)
	return signaturePrefix + hex.EncodeToString(mac.Sum(nil))
}

// Why a signature is invalid.
var (
	ErrSignatureFormat = errors.New("the signature is not sha256= and 64 lower-case hex digits, or the timestamp is not a number")
	ErrSignatureOld    = errors.New("the timestamp is too far from now")
	ErrSignatureWrong  = errors.New("the signature does not match")
)

// Verify checks the two headers of a signed webhook against the raw body, as a
// merchant should: in constant time, with a timestamp within tolerance.
func Verify(secret, signature, timestamp string, body []byte, now time.Time, tolerance time.Duration) error {
	digest, ok := strings.CutPrefix(signature, signaturePrefix)
	if raw, err := hex.DecodeString(digest); !ok || err != nil || len(raw) != sha256.Size || digest != strings.ToLower(digest) {
		return ErrSignatureFormat
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || strconv.FormatInt(seconds, 10) != timestamp {
		return ErrSignatureFormat
	}
	if !hmac.Equal([]byte(signature), []byte(Sign(secret, seconds, body))) {
		return ErrSignatureWrong
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > tolerance {
		return ErrSignatureOld
	}
	return nil
}
