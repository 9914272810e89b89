package emulator

import (
	"github.com/localsepay/localsepay/emulator/internal/seedfile"
	"github.com/localsepay/localsepay/emulator/internal/setting"
)

// Setting is the name of a setting, such as "bank.memo".
type Setting = setting.Name

// The settings of the rate limits of SePay's APIs, which are off in process: a
// clock that stands still never refills them.
const (
	SettingV1RateLimit    = setting.V1RateLimit
	SettingV2RateLimit    = setting.V2RateLimit
	SettingPGAPIRateLimit = setting.PGAPIRateLimit
)

// SettingInfo is one setting: where SePay's own pages disagree, or are silent,
// what the emulator does, what else it can do, and where that is said.
type SettingInfo = setting.Setting

// SettingValue is a value of a setting, with its evidence.
type SettingValue = setting.Value

// Settings lists every setting with its default and its other values.
func Settings() []SettingInfo { return setting.Table() }

// CheckSetting says why a setting cannot have a value, or nil.
func CheckSetting(name Setting, value string) error {
	_, err := setting.Values{}.With(map[string]string{string(name): value})
	return err
}

// Seed is a seed file that was read: [WithCompany] takes its companies.
type Seed = seedfile.Seed

// ReadSeed reads a seed file in YAML: companies in the form of the control API.
// The error lists all that is wrong with it, with line and column.
func ReadSeed(text []byte) (Seed, error) { return seedfile.Parse(text) }

// The evidence of a [SettingValue] besides that of the OpenAPI documents: a page's
// example, which is no rule, and a switch of the emulator's own.
const (
	EvidenceExample = setting.Example
	EvidenceOwn     = setting.Own
)
