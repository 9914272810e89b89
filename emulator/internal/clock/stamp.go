package clock

import "time"

// Stamp is an instant as SePay prints it: in [Layout], in Vietnam's zone.
func Stamp(at time.Time) string { return string(AppendStamp(make([]byte, 0, len(Layout)), at)) }

// AppendStamp appends a [Stamp]. Lists have one in each row, and Go writes RFC
// 3339 several times faster than a layout of one's own.
func AppendStamp(b []byte, at time.Time) []byte {
	b = AppendISO(b, at)
	b = b[:len(b)-len("+07:00")]
	b[len(b)-len("T15:04:05")] = ' '
	return b
}

// AppendISO appends an instant as RFC 3339 has it, with Vietnam's offset and
// whole seconds.
func AppendISO(b []byte, at time.Time) []byte { return at.In(Vietnam).AppendFormat(b, time.RFC3339) }
