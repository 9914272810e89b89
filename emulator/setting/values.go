package setting

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
)

// MaxRate is the highest rate limit, in requests per second.
const MaxRate = 1_000_000

func rate(value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 1 || n > MaxRate {
		return errors.New("want requests per second, 1 or more, or off")
	}
	return nil
}

func duration(value string) error {
	if d, err := input.Duration(value); err != nil || d <= 0 {
		return errors.New("want a duration such as 5s")
	}
	return nil
}

func timeouts(value string) error {
	connect, total, ok := strings.Cut(value, "/")
	if !ok || duration(connect) != nil || duration(total) != nil {
		return errors.New("want connect and total time such as 15s/30s")
	}
	return nil
}

// Timeouts returns the connect and the total time of a delivery.
func (v Values) Timeouts() (connect, total time.Duration) {
	c, t, _ := strings.Cut(v.Get(WebhookTimeouts), "/")
	connect, _ = input.Duration(c)
	total, _ = input.Duration(t)
	return connect, total
}

// Duration returns a setting that is a duration.
func (v Values) Duration(n Name) time.Duration {
	d, _ := input.Duration(v.Get(n))
	return d
}
