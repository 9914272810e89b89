package console

import (
	"strconv"
	"sync"

	"github.com/localsepay/localsepay/emulator/internal/page"
)

// maxReceipts is how many receipts the app keeps, to show them again in the other
// language.
const maxReceipts = 64

// receipts keeps the latest receipts. The zero value is ready.
type receipts struct {
	mu   sync.Mutex
	last int
	kept map[int]*page.SentTransfer
}

// keep stores a receipt and returns its number.
func (l *receipts) keep(s *page.SentTransfer) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept == nil {
		l.kept = map[int]*page.SentTransfer{}
	}
	l.last++
	l.kept[l.last] = s
	delete(l.kept, l.last-maxReceipts)
	return strconv.Itoa(l.last)
}

// find returns the receipt of a number, nil when it is not kept.
func (l *receipts) find(number string) *page.SentTransfer {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil
	}
	return l.kept[n]
}
