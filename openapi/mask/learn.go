package mask

import (
	"encoding/json"
	"strings"
)

// learned is the minimum length of a text to count as a credential by its name
// alone.
const learned = 8

// Learn adds every text under the name of a credential in a JSON document.
// Other text is ignored.
func (m *Masker) Learn(document []byte) {
	if m == nil || m.off || !mayTeach(string(document)) {
		return
	}
	var v any
	if json.Unmarshal(document, &v) == nil {
		m.learn(v, false)
	}
}

// mayTeach returns whether a document may name a credential: most do not, and are
// large.
func mayTeach(s string) bool {
	for _, word := range []string{"ecret", "oken", "assword", "_key", "Key"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

func (m *Masker) learn(v any, secret bool) {
	switch v := v.(type) {
	case string:
		if secret && len(v) >= learned && !masked().MatchString(v) && !cut().MatchString(v) {
			m.Add(v)
		}
	case []any:
		for _, item := range v {
			m.learn(item, secret)
		}
	case map[string]any:
		for name, item := range v {
			m.learn(item, secret || SecretName(name))
		}
	}
}
