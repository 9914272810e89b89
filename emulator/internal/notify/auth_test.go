package notify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// hmacOf is the signature as a merchant computes it from the page.
func hmacOf(key, timestamp, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(mac, timestamp+"."+text)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func signed(h *store.Webhook) { h.AuthenType, h.SecretKey = store.AuthHMAC, secret }

func TestEachAuthenTypeSendsItsCredentialAndNoOther(t *testing.T) {
	names := []string{"Authorization", "X-Secret-Key", notify.HeaderSignature, notify.HeaderTimestamp}
	stamp := strconv.FormatInt(at.Unix(), 10)
	for auth, want := range map[store.AuthenType]map[string]string{
		store.AuthNone:   {},
		store.AuthAPIKey: {"Authorization": "Apikey key-1"},
		store.AuthSecret: {"X-Secret-Key": secret},
		store.AuthHMAC:   {notify.HeaderTimestamp: stamp, notify.HeaderSignature: "signed"},
	} {
		t.Run(string(auth), func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			s.hook(m.URL, func(h *store.Webhook) { h.AuthenType, h.APIKey, h.SecretKey = auth, "key-1", secret })
			s.notice()
			s.run()
			came := m.requests()[0]
			have := map[string]string{}
			for _, name := range names {
				if v := came.header.Get(name); v != "" {
					have[name] = v
				}
			}
			if have[notify.HeaderSignature] == hmacOf(secret, stamp, came.body) {
				have[notify.HeaderSignature] = "signed"
			}
			s.same("headers", want, have)
			s.same("type", "application/json", came.header.Get("Content-Type"))
			s.same("user agent", "SePay-Webhook/1.0", came.header.Get("User-Agent"))
		})
	}
}

func TestEachAttemptIsSignedAtItsOwnInstant(t *testing.T) {
	s, m := build(t), newMerchant(t, reply{500, ""}, yes)
	s.hook(m.URL, signed)
	s.notice()
	s.advance(time.Minute)
	came := m.requests()
	for i, r := range came {
		stamp := strconv.FormatInt(at.Add(time.Duration(i)*time.Minute).Unix(), 10)
		s.same("timestamp", stamp, r.header.Get(notify.HeaderTimestamp))
		s.same("signature", hmacOf(secret, stamp, r.body), r.header.Get(notify.HeaderSignature))
	}
	if len(came) != 2 {
		t.Errorf("%d attempts", len(came))
	}
}

// A handler of PHP has a multipart body only in its parsed form, so that the
// signature covers http_build_query of it.
func TestTheSignatureOfEveryContentTypeCanBeChecked(t *testing.T) {
	for as, text := range map[store.ContentType]func(got) string{
		store.ContentJSON: func(r got) string { return r.body },
		store.ContentForm: func(r got) string { return r.body },
		store.ContentMultipart: func(r got) string {
			_, params, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
			var fields []string
			for parts := multipart.NewReader(strings.NewReader(r.body), params["boundary"]); ; {
				p, err := parts.NextPart()
				if err != nil {
					return strings.Join(fields, "&")
				}
				value, _ := io.ReadAll(p)
				if p.FormName() == "subAccount" { // null: http_build_query leaves it out
					continue
				}
				fields = append(fields, p.FormName()+"="+url.QueryEscape(string(value)))
			}
		},
	} {
		t.Run(string(as), func(t *testing.T) {
			s, m := build(t), newMerchant(t)
			s.hook(m.URL, signed, func(h *store.Webhook) { h.RequestContentType = as })
			s.notice()
			s.run()
			r := m.requests()[0]
			s.same("signature", hmacOf(secret, r.header.Get(notify.HeaderTimestamp), text(r)), r.header.Get(notify.HeaderSignature))
		})
	}
}

func TestSignIsTheHMACOfTimestampDotBodyForAnySecret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringMatching(`.{0,80}`).Draw(t, "key")
		seconds := rapid.Int64Range(0, 1<<40).Draw(t, "seconds")
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		stamp := strconv.FormatInt(seconds, 10)
		signature := notify.Sign(key, seconds, body)
		if want := hmacOf(key, stamp, string(body)); signature != want {
			t.Fatalf("%s, want %s", signature, want)
		}
		if err := notify.Verify(key, signature, stamp, body, time.Unix(seconds, 0), 0); err != nil {
			t.Fatal(err)
		}
		if err := notify.Verify(key, signature, stamp, append(body, 0), time.Unix(seconds, 0), 0); err == nil {
			t.Fatal("one byte more is taken")
		}
	})
}
