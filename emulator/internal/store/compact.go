package store

import "bytes"

// withCompact gives a kind the function that makes new records smaller.
func withCompact[R any](k *Kind[R], compact func(*R)) *Kind[R] {
	k.Compact = func(rec any) { compact(rec.(*R)) }
	return k
}

// compact keeps the transaction's own texts together. Those of its accounts are
// shared with them already.
func (t *Transaction) compact() {
	switch t.TransferType {
	case In:
		t.TransferType = In
	case Out:
		t.TransferType = Out
	}
	together(&t.XID, &t.Description, &t.Content, &t.Reference, &t.Code)
}

// together keeps texts in one allocation. A text that is a part of one before it
// takes no room.
func together(texts ...*string) {
	var room [256]byte
	var starts [8]int
	all, from := room[:0], append(starts[:0], make([]int, len(texts))...)
	for i, text := range texts {
		if from[i] = bytes.Index(all, []byte(*text)); from[i] < 0 {
			from[i] = len(all)
			all = append(all, *text...)
		}
	}
	kept := string(all)
	for i, text := range texts {
		*text = kept[from[i] : from[i]+len(*text)]
	}
}
