package control

import "strconv"

// List is one page of a list.
type List[T any] struct {
	Data []T `json:"data"`
	// Next is the id to go on after; null on the last page. See [List.After].
	Next *string `json:"next"`
}

// After returns Next as a number for the After of a filter; 0 on the last page.
func (l List[T]) After() int64 {
	if l.Next == nil {
		return 0
	}
	after, err := strconv.ParseInt(*l.Next, 10, 64)
	if err != nil {
		return 0
	}
	return after
}
