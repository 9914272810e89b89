package setting

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
)

func rate(value string) error {
	if n, err := strconv.ParseInt(value, 10, 64); err != nil || !input.RateRange.Has(n) {
		return fmt.Errorf("want requests per second, %s, or off", input.RateRange)
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
