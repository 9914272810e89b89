package openapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Environment is a side of SePay, test or live, whose credentials a host takes.
type Environment string

// The environments.
const (
	Sandbox    Environment = "sandbox"
	Production Environment = "production"
)

// Host is one of SePay's host names.
type Host struct {
	Name        string
	Environment Environment
	// Unlisted says that no public page names the host. The emulator answers at it, and
	// nothing calls it unless asked to.
	Unlisted bool
}

// Credential is the kind of credential that a surface takes.
type Credential string

// The kinds of credentials.
const (
	// NoCredential: everybody may call, or SePay itself is the caller.
	NoCredential Credential = ""
	// APIToken is a token of the company, as Bearer.
	APIToken Credential = "token"
	// MerchantPair is the merchant's id and secret key, as Basic.
	MerchantPair Credential = "merchant"
	// MerchantSignature is a form that is signed with the merchant's secret key.
	MerchantSignature Credential = "signature"
	// OAuthClient is the id and secret of an OAuth2 application.
	OAuthClient Credential = "client"
	// AccessToken is an OAuth2 access token, as Bearer.
	AccessToken Credential = "access token"
)

// Variable is an environment variable that tells clients an address.
type Variable struct {
	Name string
	// Below is what the value has after the surface's address.
	Below string
}

// Surface is one of SePay's APIs, or one kind of notice that it sends.
type Surface struct {
	// Name is how logs, faults, filters and reports call it, e.g. "userapi v2".
	Name string
	// Title is what a person reads, e.g. "API v2".
	Title string
	// Document names its OpenAPI document. Two surfaces may share one.
	Document string
	// Hosts are its host names. Of each environment the first is the usual one.
	// What SePay sends has none.
	Hosts []Host
	// Paths are the beginnings of its paths, by which it is found on an address
	// that is not SePay's. They do not collide with those of other surfaces.
	Paths []string
	// Key is its member among the [Addresses]; empty when clients do not have
	// an address for it. Base is the path of that address.
	Key, Base string
	// Example is a path below Base that shows people what is there.
	Example    string
	Credential Credential
	// Variables are those that tell clients the address.
	Variables []Variable
	// Suites are the parts of the contract suite that are about the surface.
	Suites []string
}

// Has says whether a path belongs to the surface.
func (s Surface) Has(path string) bool {
	return slices.ContainsFunc(s.Paths, func(p string) bool { return strings.HasPrefix(path, p) })
}

// Begins says whether a path is below the surface's address.
func (s Surface) Begins(path string) bool {
	return s.Base != "" && strings.HasPrefix(path, s.Base+"/")
}

// At returns the surface's address below a base URL without a trailing slash.
func (s Surface) At(base string) string { return base + s.Base }

// Table is a list of surfaces, in the order in which they are shown.
type Table []Surface

// Surfaces lists the surfaces. The caller may change the list.
func Surfaces() Table { return slices.Clone(surfaces) }

// Named returns the surface with this Name; false for none.
func (t Table) Named(name string) (Surface, bool) {
	i := slices.IndexFunc(t, func(s Surface) bool { return s.Name == name })
	if i < 0 {
		return Surface{}, false
	}
	return t[i], true
}

// OfKey returns the surface with this Key; false for none.
func (t Table) OfKey(key string) (Surface, bool) {
	i := slices.IndexFunc(t, func(s Surface) bool { return s.Key == key && key != "" })
	if i < 0 {
		return Surface{}, false
	}
	return t[i], true
}

// Addressed returns the surfaces that clients have an address for.
func (t Table) Addressed() Table {
	return slices.DeleteFunc(slices.Clone(t), func(s Surface) bool { return s.Key == "" })
}

// Suites lists the parts of the contract suite, in order.
func (t Table) Suites() []string {
	var out []string
	for _, s := range t {
		out = append(out, s.Suites...)
	}
	return out
}

// OfSuite returns the surface that a part of the contract suite is about; false for none.
func (t Table) OfSuite(suite string) (Surface, bool) {
	i := slices.IndexFunc(t, func(s Surface) bool { return slices.Contains(s.Suites, suite) })
	if i < 0 {
		return Surface{}, false
	}
	return t[i], true
}

// Documents lists the names of the documents that applications are held to,
// each once.
func (t Table) Documents() []string {
	var out []string
	for _, s := range t {
		if !slices.Contains(out, s.Document) {
			out = append(out, s.Document)
		}
	}
	return out
}

// Variables returns the environment variables, such as SEPAY_API_V2_URL, that tell
// clients the addresses. Empty addresses are left out.
func (t Table) Variables(a Addresses) map[string]string {
	out := map[string]string{}
	for _, s := range t {
		for _, v := range s.Variables {
			if at, has := a[s.Key]; has && at != "" {
				out[v.Name] = at + v.Below
			}
		}
	}
	return out
}

// Local returns the addresses of an emulator at a base URL without a trailing slash,
// without its own and that of its control API.
func (t Table) Local(base string) Addresses {
	out := Addresses{}
	for _, s := range t.Addressed() {
		out[s.Key] = s.At(base)
	}
	return out
}

// Public returns SePay's own addresses of an environment, as its pages name them. A
// surface without credentials has one address for both.
func (t Table) Public(e Environment) Addresses {
	out := Addresses{}
	for _, s := range t.Addressed() {
		for _, h := range s.Hosts {
			if !h.Unlisted && (h.Environment == e || s.Credential == NoCredential) {
				out[s.Key] = s.At("https://" + h.Name)
				break
			}
		}
	}
	return out
}

// The members of [Addresses] that are no surface's.
const (
	// KeyBase is the emulator's own address.
	KeyBase = "base"
	// KeyControl is the address of its control API.
	KeyControl = "control"
)

// Addresses are base URLs without a trailing slash, by the surface's Key. One
// that is missing or empty says that there is no such surface.
type Addresses map[string]string

// Base returns the emulator's own address; empty for the real service.
func (a Addresses) Base() string { return a[KeyBase] }

// Control returns the address of the emulator's control API; empty for the real service.
func (a Addresses) Control() string { return a[KeyControl] }

// Keys lists the members in the order of [Surfaces], the emulator's own address first
// and its control API last.
func (a Addresses) Keys() []string {
	keys := []string{KeyBase}
	for _, s := range surfaces.Addressed() {
		keys = append(keys, s.Key)
	}
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if key != KeyControl && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	keys = append(keys, KeyControl)
	return slices.DeleteFunc(keys, func(key string) bool { _, has := a[key]; return !has })
}

// MarshalJSON implements [json.Marshaler] with the members in the order of
// [Addresses.Keys].
func (a Addresses) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, key := range a.Keys() {
		if i > 0 {
			b = append(b, ',')
		}
		for j, text := range []string{key, a[key]} {
			quoted, err := json.Marshal(text)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b = append(b, ':')
			}
			b = append(b, quoted...)
		}
	}
	return append(b, '}'), nil
}
