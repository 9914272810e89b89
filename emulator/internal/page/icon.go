package page

import (
	"encoding/base64"
	"html/template"
)

// Icon is the emulator's icon as SVG.
const Icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0a56c2"/><path d="M10 7v18h12" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>`

// iconLink inlines it in a page, so that no page has to request it.
var iconLink = template.HTML(`<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,` + base64.StdEncoding.EncodeToString([]byte(Icon)) + `">`)
