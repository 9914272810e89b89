package surface

import (
	"net/http"
	"strconv"

	"github.com/localsepay/localsepay/openapi/phpjson"
)

// WriteJSON writes an answer as JSON in PHP's format. The body is a struct of
// texts, numbers, flags and such structs, which always encodes.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	text, _ := phpjson.Encode(body)
	SendJSON(w, status, "application/json", text)
}

// SendJSON sends an answer that is already JSON. It owns text afterwards.
func SendJSON(w http.ResponseWriter, status int, contentType string, text []byte) {
	h := w.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(text))}
	w.WriteHeader(status)
	WriteBody(w, text)
}
