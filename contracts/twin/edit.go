package twin

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The deviations, by kind. Those that name members take a path such as
// "data.*.id", where * is every item of an array.

func members(path string, change func(map[string]any, string)) func(*Impostor, *exchange) {
	return func(_ *Impostor, x *exchange) { x.ResponseBody = edit(x.ResponseBody, path, change) }
}

func renamed(path, to string) func(*Impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { o[to] = o[name]; delete(o, name) })
}
func missing(path string) func(*Impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { delete(o, name) })
}
func extra(path, member string) func(*Impostor, *exchange) {
	return members(path, func(o map[string]any, _ string) { o[member] = "surprise" })
}
func replaced(path string, with any) func(*Impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { o[name] = with })
}
func turned(path string, f func(any) any) func(*Impostor, *exchange) {
	return members(path, func(o map[string]any, name string) { o[name] = f(o[name]) })
}

// text converts a number to a text, and a text to a number.
func text(v any) any {
	switch v := v.(type) {
	case json.Number:
		return string(v)
	case string:
		return json.Number(v)
	}
	return v
}

func plus(n int64) func(any) any {
	return func(v any) any {
		number, ok := v.(json.Number)
		if !ok {
			return v
		}
		was, _ := number.Int64()
		return json.Number(strconv.FormatInt(was+n, 10))
	}
}

// hoursLater shifts a SePay date.
func hoursLater(n int) func(any) any {
	return func(v any) any {
		const layout = "2006-01-02 15:04:05"
		text, _ := v.(string)
		at, err := time.Parse(layout, text)
		if err != nil {
			return v
		}
		return at.Add(time.Duration(n) * time.Hour).Format(layout)
	}
}

// rows changes the array at a path of member names.
func rows(path string, change func([]any) []any) func(*Impostor, *exchange) {
	return turned(path, func(v any) any {
		if list, ok := v.([]any); ok {
			return change(list)
		}
		return v
	})
}

func status(from, to int) func(*Impostor, *exchange) {
	return func(_ *Impostor, x *exchange) {
		if x.Status == from {
			x.Status = to
		}
	}
}

// headers visits the headers of a name in any case: the emulator spells some as
// SePay's pages do, not canonically.
func headers(x *exchange, name string, visit func(had string)) {
	for had := range x.ResponseHeader {
		if strings.EqualFold(had, name) {
			visit(had)
		}
	}
}

// gone removes a header, moved renames it, header changes its value.
func gone(name string) func(*Impostor, *exchange) {
	return func(_ *Impostor, x *exchange) {
		headers(x, name, func(had string) { delete(x.ResponseHeader, had) })
	}
}
func moved(name, to string) func(*Impostor, *exchange) {
	return func(_ *Impostor, x *exchange) {
		headers(x, name, func(had string) { x.ResponseHeader[to] = x.ResponseHeader[had]; delete(x.ResponseHeader, had) })
	}
}
func header(name, value string) func(*Impostor, *exchange) {
	return func(_ *Impostor, x *exchange) {
		headers(x, name, func(had string) { x.ResponseHeader[had] = []string{value} })
	}
}

func rewritten(pattern, with string) func(*Impostor, *exchange) {
	re := regexp.MustCompile(pattern)
	return func(_ *Impostor, x *exchange) { x.ResponseBody = re.ReplaceAll(x.ResponseBody, []byte(with)) }
}

// only applies a deviation to answers with a status.
func only(code int, do func(*Impostor, *exchange)) func(*Impostor, *exchange) {
	return func(i *Impostor, x *exchange) {
		if x.Status == code {
			do(i, x)
		}
	}
}

// parameter changes a query parameter of the request; "" removes it.
func parameter(name string, change func(string) string) func(*Impostor, *http.Request) {
	return func(_ *Impostor, r *http.Request) {
		q := r.URL.Query()
		if !q.Has(name) {
			return
		}
		if to := change(q.Get(name)); to == "" {
			q.Del(name)
		} else {
			q.Set(name, to)
		}
		r.URL.RawQuery = q.Encode()
	}
}
func ignored(string) string { return "" }

// changed forwards a notice after a change.
func changed(change func(*Impostor, *exchange)) func(*Impostor, *exchange) {
	return func(i *Impostor, x *exchange) {
		change(i, x)
		x.forward()
	}
}
