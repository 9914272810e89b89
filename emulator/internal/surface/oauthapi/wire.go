package oauthapi

import (
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// list is the envelope of a page. Unlike API v2's it has no has_more.
type list struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
	Meta   meta   `json:"meta"`
}

type meta struct {
	Pagination pagination `json:"pagination"`
}

type pagination struct {
	Total       int `json:"total"`
	PerPage     int `json:"per_page"`
	CurrentPage int `json:"current_page"`
	// LastPage is 1 for an empty list (assumed: no page shows one).
	LastPage int `json:"last_page"`
}

// single is the envelope of one record.
type single struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
}

// done is the answer of a call that changed something. The texts are the
// emulator's.
type done struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

const success = "success"

func one(data any) single { return single{success, data} }

func pageOf(rows any, total int, win store.Window, page int) list {
	last := max(1, (total+win.Limit-1)/win.Limit)
	return list{success, rows, meta{pagination{Total: total, PerPage: win.Limit, CurrentPage: page, LastPage: last}}}
}

// show renders every row; the result is never nil, so that no rows are [].
func show[R, W any](rows []R, render func(*R) W) []W {
	out := make([]W, len(rows))
	for i := range rows {
		out[i] = render(&rows[i])
	}
	return out
}

// stamp formats an instant in Vietnam's zone.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
