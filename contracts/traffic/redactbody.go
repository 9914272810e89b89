package traffic

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
)

// body hides in JSON by the names of the members, in forms by the names of the
// fields, elsewhere by what a text looks like.
func (r *Redactor) body(h http.Header, body []byte) []byte {
	if len(body) == 0 {
		return body
	}
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case kind == "application/x-www-form-urlencoded":
		return []byte(r.form(string(body)))
	case kind == "application/json" || strings.HasSuffix(kind, "+json") || json.Valid(body):
		if out, ok := r.json(body); ok {
			return out
		}
	case kind == "multipart/form-data":
		return []byte(Hidden)
	}
	return []byte(r.Text(string(body)))
}

// json keeps the order of the members and hides texts and numbers. False when
// the body is no JSON.
func (r *Redactor) json(body []byte) ([]byte, bool) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var out bytes.Buffer
	if err := r.member(dec, &out, false); err != nil {
		return nil, false
	}
	return out.Bytes(), true
}

// member copies one value. A hidden one hides all the scalars within it.
func (r *Redactor) member(dec *json.Decoder, out *bytes.Buffer, hide bool) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		r.scalar(token, out, hide)
		return nil
	}
	out.WriteString(delim.String())
	for first := true; dec.More(); first = false {
		if !first {
			out.WriteByte(',')
		}
		within := hide
		if delim == '{' {
			key, err := dec.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			within = hide || SecretName(name)
			writeJSON(out, r.Text(name))
			out.WriteByte(':')
		}
		if err := r.member(dec, out, within); err != nil {
			return err
		}
	}
	end, err := dec.Token()
	if err != nil {
		return err
	}
	out.WriteString(end.(json.Delim).String())
	return nil
}

func (r *Redactor) scalar(token json.Token, out *bytes.Buffer, hide bool) {
	switch v := token.(type) {
	case string:
		if hide && v != "" {
			v = Hidden
		}
		writeJSON(out, r.Text(v))
	case json.Number:
		if text := r.Text(string(v)); hide || text != string(v) {
			writeJSON(out, Hidden)
			return
		}
		out.WriteString(string(v))
	default:
		writeJSON(out, token)
	}
}

func writeJSON(out *bytes.Buffer, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) == nil {
		out.Write(bytes.TrimSpace(b.Bytes()))
	}
}
