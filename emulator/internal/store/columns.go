package store

// BlockSize is the number of ids of a [Block].
const BlockSize = 128

// MaxNumbers is the greatest number of number columns of a table.
const MaxNumbers = 2

// TextEnd ends each field in a column of texts. No text in lower case has this
// byte, because it is not UTF-8.
const TextEnd = 0xff

// Columns says which values of a record a backend keeps beside it, in arrays
// that a list filters much faster than records.
type Columns struct {
	// Numbers read values that lists sort by or that have ranges: Unix
	// microseconds or VND.
	Numbers []func(record any) int64
	// Group compares records by the values that few records differ in. Equal
	// records are one group, and a list decides about a group once.
	Group func(a, b any) int
	// Mark is a hash of a value that most records differ in, so that a list reads
	// only the records that may have it. Nil when the table has no such value.
	Mark func(record any) uint32
	// Text appends the searched texts in lower case, each ended by [TextEnd].
	Text func(to []byte, record any) []byte
}

// Block has the records of [BlockSize] adjacent ids, or of fewer at the end, with
// their columns. It must not be written to.
type Block struct {
	// First is the id of the records' first place, a multiple of BlockSize.
	First int64
	// Groups are the numbers of the records' groups, 0 without a record.
	Groups []uint32
	// Numbers and Marks are as [Columns] has them. Least and Greatest bound the
	// Numbers of the records.
	Numbers         [MaxNumbers][]int64
	Least, Greatest [MaxNumbers]int64
	Marks           []uint32
	// Records has nil at the place of an id without a record.
	Records []any
	// Text has the texts of all records. Those of a place end at its Ends, where
	// those of the next begin. A place without a record may have some.
	Text []byte
	Ends []uint32
}

// Group is a group of the records of a table.
type Group struct {
	// Number is small and not 0. It may change from one state to another.
	Number uint32
	// Count is the number of records in the group.
	Count int
	// Example has the values that the records of the group have in common; its
	// other values mean nothing.
	Example any
}

// Scan reads the blocks of a table in one state. It must not be used after the
// transaction that it comes from.
type Scan interface {
	// Len is the number of records.
	Len() int
	// Groups visits the groups that do not sort before the record from, in the
	// order of [Columns.Group], until visit returns false.
	Groups(from any, visit func(Group) bool)
	// Blocks visits the blocks in the order of ids, or with desc in reverse, from
	// the one with the id from, until visit returns false.
	Blocks(from int64, desc bool, visit func(*Block) bool)
}

// columnsOf are the typed functions of [Columns].
type columnsOf[R any] struct {
	numbers []func(*R) int64
	group   func(a, b *R) int
	mark    func(*R) string
	texts   func(*R) [3]string
}

// withColumns gives a kind its columns.
func withColumns[R any](k *Kind[R], of columnsOf[R]) *Kind[R] {
	c := &Columns{
		Group: func(a, b any) int { return of.group(a.(*R), b.(*R)) },
		Mark:  func(rec any) uint32 { return markOf(of.mark(rec.(*R))) },
		Text: func(to []byte, rec any) []byte {
			for _, text := range of.texts(rec.(*R)) {
				to = append(appendLower(to, text), TextEnd)
			}
			return to
		},
	}
	for _, number := range of.numbers {
		c.Numbers = append(c.Numbers, func(rec any) int64 { return number(rec.(*R)) })
	}
	k.Columns = c
	return k
}

// markOf hashes a value: FNV-1a.
func markOf(value string) uint32 {
	h := uint32(2166136261)
	for i := range len(value) {
		h = (h ^ uint32(value[i])) * 16777619
	}
	return h
}
