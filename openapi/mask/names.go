package mask

import (
	"strings"
	"unicode"
)

// parts make a name that of a credential wherever they occur in it, with its
// words joined.
var parts = []string{
	"secret", "token", "password", "passwd", "passphrase", "apikey", "privatekey", "accesskey", "signingkey", "encryptionkey", "authkey", "sessionid", "sessid",
	"cardnumber", "cardno", "credential", "signature", "codeverifier", "authorizationcode", "authcode", "clientassertion", "sepaykey",
}

// single make a name that of a credential when they are one of its words.
var single = map[string]bool{"otp": true, "pin": true, "cvv": true, "cvv2": true, "cvc": true, "cvc2": true, "csc": true, "pwd": true, "pan": true, "jwt": true, "sid": true, "csrf": true, "xsrf": true, "pass": true, "assertion": true}

// last make a name that of a credential when they end it.
var last = map[string]bool{"authorization": true, "cookie": true, "cookies": true, "session": true}

// about end a name that is about a credential, but is none.
var about = map[string]bool{
	"type": true, "types": true, "url": true, "uri": true, "endpoint": true, "expires": true, "expiry": true, "in": true, "at": true, "count": true, "length": true,
	"name": true, "method": true, "set": true, "hint": true, "size": true, "limit": true, "scheme": true, "required": true, "enabled": true, "scope": true,
	"scopes": true, "mode": true, "ttl": true, "lifetime": true, "label": true, "timestamp": true, "version": true, "algorithm": true,
}

// bare are words that name a credential, and are none as a value.
var bare = map[string]bool{"password": true, "secret": true, "token": true, "apikey": true, "api_key": true, "secret_key": true, "otp": true, "bearer": true, "basic": true, "code": true, "state": true, "true": true, "false": true, "null": true, "none": true}

// SecretName returns whether a member, parameter, header, cookie or form field
// of that name carries a credential or card data: in snake_case, camelCase,
// kebab-case or any other spelling.
func SecretName(name string) bool {
	if name == "" || len(name) > 256 {
		return false
	}
	words := wordsOf(name)
	if len(words) == 0 {
		return false
	}
	end := words[len(words)-1]
	if about[end] && len(words) > 1 {
		return false
	}
	if last[end] {
		return true
	}
	for _, w := range words {
		if single[w] {
			return true
		}
	}
	joined := strings.Join(words, "")
	for _, p := range parts {
		if strings.Contains(joined, p) {
			return true
		}
	}
	return false
}

// wordsOf splits a name into words, in lower case.
func wordsOf(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, c := range runes {
		switch {
		case !unicode.IsLetter(c) && !unicode.IsDigit(c):
			flush()
			continue
		case unicode.IsUpper(c) && i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])):
			flush() // apiKey
		case unicode.IsUpper(c) && i > 0 && unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1]):
			flush() // OTPCode
		}
		word = append(word, c)
	}
	flush()
	return out
}
