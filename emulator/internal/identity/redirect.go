package identity

import (
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/openapi/guard"
)

// systemSchemes are schemes that belong to no application: browsers and systems
// act on them, run what follows, or open a file. It is never changed.
var systemSchemes = []string{
	"about", "blob", "cid", "content", "data", "feed", "file", "filesystem", "ftp", "ftps", "gopher", "intent", "jar", "javascript",
	"livescript", "ldap", "mailto", "mhtml", "mid", "mk", "mocha", "news", "nfs", "nntp", "res", "resource", "sftp", "shell", "sms", "smb", "ssh",
	"tel", "telnet", "urn", "vbscript", "view-source", "ws", "wss", "wyciwyg",
}

// systemPrefixes begin the schemes of browsers' and systems' own pages.
var systemPrefixes = []string{"chrome", "edge", "moz-", "ms-", "opera", "safari", "x-apple", "android-app", "ios-app"}

// checkRedirect refuses redirect URIs that no browser should be sent to (RFC
// 6749 §3.1.2): relative ones, ones with a fragment, and ones that the browser
// acts on itself. Schemes of apps, such as com.example.app:/callback, are
// accepted (RFC 8252 §7.1).
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
	} else if u.Opaque != "" || slices.Contains(systemSchemes, u.Scheme) || slices.ContainsFunc(systemPrefixes, func(s string) bool { return strings.HasPrefix(u.Scheme, s) }) {
		return invalid("the redirect address %q leads to no web page and no app: %s, or com.example.app:/callback", uri, such)
	}
	if strings.Contains(uri, "#") {
		return invalid("the redirect address %q has a fragment, and OAuth2 forbids that", uri)
	}
	return nil
}
