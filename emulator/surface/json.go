package surface

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// WriteJSON writes an answer as JSON: one line, without HTML's escapes, as PHP
// writes it. The body is a struct of texts, numbers, flags and such structs,
// which always encodes.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body)
	text := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	h := w.Header()
	h["Content-Type"] = []string{"application/json"}
	h["Content-Length"] = []string{strconv.Itoa(len(text))}
	w.WriteHeader(status)
	Hand(w, text)
}
