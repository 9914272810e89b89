package contracts

import (
	"bytes"

	"github.com/localsepay/localsepay/openapi/phpjson"
)

// phpText is a text that every writer of JSON escapes otherwise, and phpEscaped
// what PHP's json_encode makes of it with its default flags: IPNs and
// webhooks were observed to have "\/", and the rest is the same function's.
const (
	phpText    = "Trà sữa \"L\" / A\\B & <b> 'x' 🎉"
	phpEscaped = `"Tr\u00e0 s\u1eefa \"L\" \/ A\\B & <b> 'x' \ud83c\udf89"`
)

// php demands that a body is written as PHP writes it, down to the byte, with
// phpText in it so many times.
func (s *spec) php(body []byte, times int) {
	if n := bytes.Count(body, []byte(phpEscaped)); n != times {
		s.fail("expected %d times %s\nseen     %d times in %s", times, phpEscaped, n, body)
	}
	s.same(string(body), string(phpjson.Rewrite(body)), "the body")
}
