package audit

import (
	"encoding/base64"
	"encoding/hex"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// hintRaw is the advice when the signature is computed over other bytes than
// were received.
const hintRaw = `Compute HMAC-SHA256 over timestamp + "." + the raw body as it came in, before any parsing; a framework's parsed body is not it.`

const (
	hintSignature = `Compare X-SePay-Signature with "sha256=" and the lower-case hex of HMAC-SHA256 over X-SePay-Timestamp, a dot and the raw body.`
	hintKey       = "Compare Authorization with the word Apikey, a blank and the key."
	hintHeader    = "Compare X-Secret-Key with the secret."
)

// attempts yields notices in the forms that handlers with known mistakes accept:
// one mistake alone, and then two together.
func (a *attack) attempts(n notice) iter.Seq[attempt] {
	return func(yield func(attempt) bool) {
		switch p := a.proof(a.kind); p.auth {
		case HMAC:
			a.signatureAttempts(n, yield)
		case APIKey:
			a.keyAttempts(n, yield)
		default:
			a.secretAttempts(n, p, yield)
		}
	}
}

// signedText is a text over which a handler may compute its signature.
type signedText struct{ cause, detail, hint, text string }

func signedTexts(stamp string, body []byte) []signedText {
	raw := string(body)
	out := []signedText{
		{"", "", "", stamp + "." + raw},
		{"timestamp_left_out", "It computes the signature over the body alone, without the timestamp and the dot.", hintSignature, raw},
		{"dot_left_out", "It computes the signature over timestamp and body without the dot between them.", hintSignature, stamp + raw},
		{"text_order", "It computes the signature over the body, a dot and the timestamp, in that order.", hintSignature, raw + "." + stamp},
		{"text_order", "It computes the signature over body and timestamp.", hintSignature, raw + stamp},
		{"separator", "It puts a colon between timestamp and body instead of a dot.", hintSignature, stamp + ":" + raw},
		{"separator", "It puts a line break between timestamp and body instead of a dot.", hintSignature, stamp + "\n" + raw},
	}
	for _, r := range rewritings(body) {
		detail := "It computes the signature over the body as " + r.name + " writes it, not over the raw one."
		out = append(out,
			signedText{"reserialised", detail, hintRaw, stamp + "." + r.text},
			signedText{"reserialised", detail + " It leaves out the timestamp too.", hintRaw, r.text})
	}
	return out
}

// written is an encoding in which a handler may expect a digest.
type written struct {
	cause, detail string
	write         func([]byte) string
}

var writings = []written{
	{"", "", func(sum []byte) string { return "sha256=" + hex.EncodeToString(sum) }},
	{"prefix_missing", "It expects the bare digest, without sha256= before it.", hex.EncodeToString},
	{"upper_case", "It expects the digest in capitals.", func(sum []byte) string { return "sha256=" + strings.ToUpper(hex.EncodeToString(sum)) }},
	{"upper_case", "It expects the bare digest in capitals.", func(sum []byte) string { return strings.ToUpper(hex.EncodeToString(sum)) }},
	{"base64", "It expects the digest in base64 instead of hex.", base64.StdEncoding.EncodeToString},
	{"base64", "It expects the digest in base64 after sha256=.", func(sum []byte) string { return "sha256=" + base64.StdEncoding.EncodeToString(sum) }},
	{"base64", "It expects the digest in base64 of the URL alphabet.", base64.RawURLEncoding.EncodeToString},
}

// signatureAttempts yields the attempts for a handler that should check a
// signature.
func (a *attack) signatureAttempts(n notice, yield func(attempt) bool) {
	own, stamp := a.Webhook.Secret, n.header.Get(headerTimestamp)
	signed := func(d diagnosis, secret, stamp, text string, w written) bool {
		return yield(attempt{d, n.with(headerTimestamp, stamp).with(headerSignature, w.write(sum(secret, text)))})
	}
	all := signedTexts(stamp, n.body)
	for _, t := range all[1:] {
		if !signed(diagnosis{cause: t.cause, detail: t.detail, hint: t.hint}, own, stamp, t.text, writings[0]) {
			return
		}
	}
	for _, w := range writings[1:] {
		for _, t := range all {
			if !signed(diagnosis{cause: w.cause, detail: strings.TrimSpace(w.detail + " " + t.detail), hint: hintSignature}, own, stamp, t.text, w) {
				return
			}
		}
	}
	if !a.timeAttempts(n, stamp, signed) || !a.headerAttempts(n, stamp, yield) {
		return
	}
	for _, o := range a.others(own) {
		for _, t := range all[:2] {
			for _, w := range writings[:2] {
				d := o.says("--webhook-auth")
				d.detail = strings.TrimSpace(d.detail + " " + t.detail + " " + w.detail)
				if !signed(d, o.value, stamp, t.text, w) {
					return
				}
			}
		}
	}
	bare := n.with(headerTimestamp, "").with(headerSignature, "")
	for _, k := range []struct{ header, value, what, flag string }{
		{"Authorization", "Apikey " + own, "the header Authorization: Apikey with the same secret", "apikey:KEY"}, {"Authorization", "Bearer " + own, "the header Authorization: Bearer with the same secret", ""},
		{"X-Secret-Key", own, "the header X-Secret-Key with the same secret", "secret:SECRET"},
	} {
		if !yield(attempt{otherKind(k.what, k.flag), bare.with(k.header, k.value)}) {
			return
		}
	}
}

// otherKind is the diagnosis of a handler that checks another kind of credential
// than the flags say.
func otherKind(what, flag string) diagnosis {
	d := diagnosis{cause: "other_kind", ours: true, detail: "It takes the notice with " + what + ".", hint: "SePay's webhook and the handler have to agree on the kind of authentication."}
	if flag != "" {
		d.hint += " If the handler is right, audit it with --webhook-auth " + flag + "."
	}
	return d
}

// timeAttempts tries other forms of the timestamp.
func (a *attack) timeAttempts(n notice, stamp string, signed func(diagnosis, string, string, string, written) bool) bool {
	const hour = 3600
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return true
	}
	at := func(s int64) string { return strconv.FormatInt(s, 10) }
	for _, t := range []struct {
		stamp string
		d     diagnosis
	}{
		{stamp + "000", diagnosis{cause: "milliseconds", detail: "It takes the timestamp in milliseconds: it compares its own clock in milliseconds with SePay's seconds.", hint: "X-SePay-Timestamp is in seconds: divide Date.now() by 1000 before comparing."}},
		{at(seconds + 7*hour), diagnosis{cause: "clock", detail: "It takes a timestamp that is seven hours ahead.", hint: "The timestamp is Unix time, which has no zone: compare it with Unix time."}},
		{at(seconds - 7*hour), diagnosis{cause: "clock", detail: "It takes a timestamp that is seven hours behind.", hint: "The timestamp is Unix time, which has no zone: compare it with Unix time."}},
	} {
		for _, text := range []string{t.stamp + "." + string(n.body), stamp + "." + string(n.body), string(n.body)} {
			for _, w := range writings[:2] {
				if !signed(t.d, a.Webhook.Secret, t.stamp, text, w) {
					return false
				}
			}
		}
	}
	return true
}

var (
	signatureHeaders = []string{"X-Signature", "X-Webhook-Signature", "X-Hub-Signature-256", "X-SePay-Hmac", "X-SePay-Signature-256", "X-SePay-Hmac-Sha256", "SePay-Signature", "Signature", "X-Hmac-Signature", "Authorization"}
	timestampHeaders = []string{"X-Timestamp", "X-Webhook-Timestamp", "X-Request-Timestamp", "X-SePay-Time", "SePay-Timestamp", "Timestamp"}
)

// headerAttempts tries other header names.
func (a *attack) headerAttempts(n notice, stamp string, yield func(attempt) bool) bool {
	for _, t := range signedTexts(stamp, n.body)[:2] {
		for _, w := range writings[:2] {
			value := w.write(sum(a.Webhook.Secret, t.text))
			for _, name := range signatureHeaders {
				named := n.with(name, value)
				for _, other := range timestampHeaders {
					named = named.with(other, stamp)
				}
				if !yield(attempt{diagnosis{cause: "header_name", detail: strings.TrimSpace("It reads the signature from the header " + name + ". " + t.detail + " " + w.detail), hint: "SePay's headers are X-SePay-Signature and X-SePay-Timestamp."}, named}) {
					return false
				}
			}
		}
	}
	named := n
	for _, other := range timestampHeaders {
		named = named.with(other, stamp)
	}
	return yield(attempt{diagnosis{cause: "header_name", detail: "It reads the timestamp from a header of another name than X-SePay-Timestamp.", hint: "SePay's headers are X-SePay-Signature and X-SePay-Timestamp."}, named})
}

// keyAttempts yields the attempts for a handler that should check an API key.
func (a *attack) keyAttempts(n notice, yield func(attempt) bool) {
	own := a.Webhook.Secret
	for _, word := range []string{"Bearer", "ApiKey", "APIKEY", "apikey", "Api-Key", "API-Key", "Token", "Basic", "Key", "Apikey:"} {
		if !yield(attempt{diagnosis{cause: "scheme", detail: "It expects the word " + word + " before the key.", hint: hintKey}, n.with("Authorization", word+" "+own)}) {
			return
		}
	}
	if !yield(attempt{diagnosis{cause: "scheme", detail: "It expects the bare key, without Apikey before it.", hint: hintKey}, n.with("Authorization", own)}) {
		return
	}
	for _, name := range []string{"X-API-Key", "Api-Key", "Apikey", "X-Secret-Key", "X-SePay-Api-Key", "X-SePay-Key", "X-Authorization", "X-Auth-Token"} {
		for _, value := range []string{own, "Apikey " + own} {
			if !yield(attempt{diagnosis{cause: "header_name", detail: "It reads the key from the header " + name + ".", hint: hintKey}, n.with(name, value)}) {
				return
			}
		}
	}
	for _, o := range inHeader(a.others(own), own) {
		if !yield(attempt{o.says("--webhook-auth"), n.with("Authorization", "Apikey "+o.value)}) {
			return
		}
	}
	a.asSignature(n, own, yield)
}

// asSignature tries a secret as the key of a signature.
func (a *attack) asSignature(n notice, secret string, yield func(attempt) bool) bool {
	now, err := a.now()
	if err != nil {
		return true
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	for _, t := range signedTexts(stamp, n.body)[:2] {
		signed := n.with(headerTimestamp, stamp).with(headerSignature, signature(secret, t.text))
		d := otherKind("a signature under the same secret", "hmac:SECRET")
		if a.kind == kindIPN {
			d = diagnosis{cause: "ipn_signature", detail: "It insists on a signature. An IPN has none: the headers X-SePay-Signature and X-SePay-Timestamp are those of webhooks.", hint: hintHeader}
		}
		if !yield(attempt{d, signed}) {
			return false
		}
	}
	return true
}

// secretAttempts yields the attempts for a handler that should check a secret
// in a header, or, for an empty secret, nothing.
func (a *attack) secretAttempts(n notice, p proof, yield func(attempt) bool) {
	own, flag := p.secret, p.flag
	if own != "" {
		for _, h := range []struct{ name, value string }{
			{"Secret-Key", own}, {"X-SePay-Secret", own}, {"X-SePay-Secret-Key", own}, {"X-API-Key", own}, {"X-Secret", own}, {"X-Webhook-Secret", own},
			{"Authorization", "Apikey " + own}, {"Authorization", "Bearer " + own}, {"Authorization", own},
		} {
			if !yield(attempt{diagnosis{cause: "header_name", detail: "It reads the secret from the header " + h.name + ".", hint: hintHeader}, n.with(h.name, h.value)}) {
				return
			}
		}
		if !a.asSignature(n, own, yield) {
			return
		}
	}
	for _, o := range inHeader(a.others(own), own) {
		d := o.says(flag)
		if own == "" {
			d = diagnosis{cause: "insists_on_secret", detail: "It takes the notice with " + o.name + ": it insists on a credential that SePay does not send as long as none is configured.", hint: "Configure it at SePay, and give it here with " + flag + "; or have the handler take notices without one, as SePay's default is.", ours: a.kind == kindWebhook}
		}
		if !yield(attempt{d, n.with("X-Secret-Key", o.value)}) {
			return
		}
		if own == "" && (!yield(attempt{d, n.with("Authorization", "Apikey "+o.value)}) || !a.asSignature(n, o.value, yield)) {
			return
		}
	}
}

// decodings returns a secret decoded as hexadecimal or base64.
func decodings(secret string) []other {
	var out []other
	bare := strings.TrimPrefix(secret, "whsec_")
	if raw, err := base64.StdEncoding.DecodeString(bare); err == nil && len(raw) > 0 {
		out = append(out, other{name: "base64", value: string(raw)})
	}
	if raw, err := hex.DecodeString(bare); err == nil && len(raw) > 0 {
		out = append(out, other{name: "hex", value: string(raw)})
	}
	return out
}

// inHeader returns the secrets that a header can carry and that differ from the
// right one.
func inHeader(all []other, own string) []other {
	return slices.DeleteFunc(slices.Clone(all), func(o other) bool {
		return o.value == "" || oneLine(o.value) != o.value || strings.TrimSpace(o.value) == own
	})
}
