package derive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"time"
)

// Seed is the root of all derived values.
type Seed uint64

// The alphabets of derived texts.
const (
	Digits     = "0123456789"
	Upper      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	UpperAlnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	LowerHex   = "0123456789abcdef"
	UpperHex   = "0123456789ABCDEF"
)

// Bytes returns n bytes, at most 64, for the i-th value of a purpose.
func (s Seed) Bytes(purpose string, i int64, n int) []byte {
	in := make([]byte, 17, 64)
	binary.BigEndian.PutUint64(in, uint64(s))
	binary.BigEndian.PutUint64(in[8:], uint64(i))
	in = append(in, purpose...)
	first := sha256.Sum256(in)
	if n <= len(first) {
		return first[:n]
	}
	in[16] = 1
	second := sha256.Sum256(in)
	return append(first[:], second[:]...)[:n]
}

// Text returns n characters of an alphabet, at most 64.
func (s Seed) Text(purpose string, i int64, alphabet string, n int) string {
	b := s.Bytes(purpose, i, n)
	for k, x := range b {
		b[k] = alphabet[int(x)%len(alphabet)]
	}
	return string(b)
}

// Uint64 returns a number.
func (s Seed) Uint64(purpose string, i int64) uint64 {
	return binary.BigEndian.Uint64(s.Bytes(purpose, i, 8))
}

// Pick returns one of the choices.
func Pick[T any](s Seed, purpose string, i int64, choices []T) T {
	return choices[s.Uint64(purpose, i)%uint64(len(choices))]
}

// UUID returns a UUID that looks like version 1, as MySQL makes them: the time
// is spread over the first block, so the texts do not sort by age, and the last
// block is the same for all ids of a seed.
func (s Seed) UUID(purpose string, i int64, at time.Time) string {
	// An odd multiplier permutes the 32-bit numbers: distinct i, distinct block.
	low := bits.Reverse32(uint32(i)*2654435761) ^ uint32(s.Uint64("uuid."+purpose, 0))
	return s.version1(ticksOf(at)&^0xffffffff|uint64(low), s.Uint64("uuid.clock."+purpose, 0))
}

// UUID1 returns a UUID of version 1 (RFC 9562 §5.1): the time, to 100 ns, with
// one clock sequence and one node per seed, as a database's UUID() makes them.
// n separates ids of one instant: it adds n steps of 100 ns.
func (s Seed) UUID1(at time.Time, n int64) string {
	return s.version1(ticksOf(at)+uint64(n), s.Uint64("uuid.clock", 0))
}

// ticksOf returns a time in steps of 100 ns since 1582-10-15.
func ticksOf(at time.Time) uint64 {
	const gregorian = 122192928000000000 // 1582-10-15 to 1970
	return uint64(at.Unix()*10_000_000 + int64(at.Nanosecond()/100) + gregorian)
}

// version1 formats a UUID of version 1 with the node of the seed.
func (s Seed) version1(ticks, sequence uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint32(b[0:], uint32(ticks))
	binary.BigEndian.PutUint16(b[4:], uint16(ticks>>32))
	binary.BigEndian.PutUint16(b[6:], uint16(ticks>>48)&0x0fff|0x1000)
	binary.BigEndian.PutUint16(b[8:], uint16(sequence)&0x3fff|0x8000)
	b[10] = 0x02
	copy(b[11:], s.Bytes("uuid.host", 0, 5))
	return spell(b)
}

// UUID4 returns a UUID of version 4.
func (s Seed) UUID4(purpose string, i int64) string {
	var b [16]byte
	copy(b[:], s.Bytes("uuid4."+purpose, i, 16))
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return spell(b)
}

// spell formats the bytes of a UUID in its five blocks.
func spell(b [16]byte) string {
	var out [36]byte
	hex.Encode(out[:8], b[:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:], b[10:])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}
