package control

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/localsepay/localsepay/openapi/input"
)

// read decodes a body, so strictly that typing mistakes are noticed; an empty body
// is an empty object.
func read[T any](r request) (T, error) {
	var body T
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = input.ReadJSON(text, &body)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return body, decodeProblem(err, membersOf(reflect.TypeFor[T]()))
	}
	return body, nil
}

// membersOf lists the JSON members of a type, including nested ones: an unknown
// one may be deep inside.
func membersOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var out []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			out = append(out, name)
		}
		out = append(out, membersOf(t.Field(i).Type)...)
	}
	return out
}

// id reads the number in the path.
func (r request) id() (int64, error) {
	text := mux.Vars(r.Request)["id"]
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, newProblem(http.StatusNotFound, "Not found", "there is no id "+quoteHost(text), "")
	}
	return id, nil
}
