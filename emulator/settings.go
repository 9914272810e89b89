package emulator

import (
	"github.com/localsepay/localsepay/emulator/internal/seedfile"
	"github.com/localsepay/localsepay/emulator/internal/setting"
)

// Setting is the name of a setting, such as "bank.memo".
type Setting = setting.Name

// The settings of the rate limits of SePay's APIs, which are "off" unless set; see
// [WithRateLimit].
const (
	SettingV1RateLimit    = setting.V1RateLimit
	SettingV2RateLimit    = setting.V2RateLimit
	SettingPGAPIRateLimit = setting.PGAPIRateLimit
)

// SettingInfo describes a setting: Name, Default, Alternatives, Summary and Source (a
// page). A setting is a point on which SePay's own pages disagree or are silent.
type SettingInfo = setting.Setting

// SettingValue is a Value that a setting can have and its Evidence: how it is known that
// SePay does so.
type SettingValue = setting.Value

// Settings lists every setting with its default and its other values.
func Settings() []SettingInfo { return setting.Table() }

// CheckSetting returns an error that says why a setting cannot have a value; nil when it
// can.
func CheckSetting(name Setting, value string) error {
	_, err := setting.Values{}.With(map[string]string{string(name): value})
	return err
}

// Seed is a seed file that was read. Its Companies go one by one to [WithCompany].
type Seed = seedfile.Seed

// ReadSeed reads a seed file: YAML with companies in the form of the control API. The
// error lists everything that is wrong, with line and column.
func ReadSeed(text []byte) (Seed, error) { return seedfile.Parse(text) }

// Evidence of a [SettingValue] besides that of package openapi: an example on a page,
// which is no rule, and a choice that only the emulator offers.
const (
	EvidenceExample = setting.Example
	EvidenceOwn     = setting.Own
)
