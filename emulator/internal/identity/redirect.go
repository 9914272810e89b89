package identity

import (
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/openapi/guard"
)

// noApps are schemes that belong to no application: browsers and systems act on
// them themselves, run what is written behind them, or open a file. It is never
// changed.
var noApps = []string{
	"about", "blob", "cid", "content", "data", "feed", "file", "filesystem", "ftp", "ftps", "gopher", "intent", "jar", "javascript",
	"livescript", "ldap", "mailto", "mhtml", "mid", "mk", "mocha", "news", "nfs", "nntp", "res", "resource", "sftp", "shell", "sms", "smb", "ssh",
	"tel", "telnet", "urn", "vbscript", "view-source", "ws", "wss", "wyciwyg",
}

// ofBrowsers begins the schemes of browsers and systems for their own pages.
var ofBrowsers = []string{"chrome", "edge", "moz-", "ms-", "opera", "safari", "x-apple", "android-app", "ios-app"}

// checkRedirect refuses what no browser should be sent to (RFC 6749 §3.1.2): an
// address that is not absolute, has a fragment, or is acted on by the browser
// itself. Schemes of apps, such as com.example.app:/callback, are taken
// (RFC 8252 §7.1).
func checkRedirect(uri string) error {
	const such = "write one such as http://localhost:3000/callback"
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && u.Path == "" {
		return invalid("the redirect address %q is not absolute: %s", uri, such)
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		if _, err := guard.WebURL(uri); err != nil {
			return invalid("the redirect address %q has no host: %s", uri, such)
		}
	} else if u.Opaque != "" || slices.Contains(noApps, u.Scheme) || slices.ContainsFunc(ofBrowsers, func(s string) bool { return strings.HasPrefix(u.Scheme, s) }) {
		return invalid("the redirect address %q leads to no web page and no app: %s, or com.example.app:/callback", uri, such)
	}
	if strings.Contains(uri, "#") {
		return invalid("the redirect address %q has a fragment, and OAuth2 forbids that", uri)
	}
	return nil
}
