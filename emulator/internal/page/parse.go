package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"regexp"
	"sync"
)

//go:embed html
var files embed.FS

// pages are the templates of all pages.
type pages struct {
	byFile map[Language]map[string]parsedPage
	policy string
}

// parsedPage parses one page in one language when it is shown first: all of them take
// long enough for a payer to notice.
type parsedPage func() (*template.Template, error)

func parse() (*pages, error) {
	style, err := files.ReadFile("html/style.css")
	if err != nil {
		return nil, err
	}
	small, err := files.ReadFile("html/small.css")
	if err != nil {
		return nil, err
	}
	script, err := files.ReadFile("html/script.js")
	if err != nil {
		return nil, err
	}
	all := &pages{
		byFile: map[Language]map[string]parsedPage{},
		policy: "default-src 'none'; img-src 'self' data:; style-src " + digest(style) + " " + digest(small) + "; script-src " + digest(script) +
			"; connect-src 'self'; " + formAction + "; base-uri 'none'; frame-ancestors 'none'",
	}
	// Typed as HTML, they stay byte for byte, as the policy's digests need.
	look, little := template.HTML("<style>"+string(style)+"</style>"), template.HTML("<style>"+string(small)+"</style>")
	code := template.HTML("<script>" + string(script) + "</script>")
	table := texts()
	fixed := regexp.MustCompile(`\{\{t "([^"]+)"\}\}`)
	for _, lang := range []Language{Vietnamese, English} {
		funcs := functions(lang, table)
		funcs["style"] = func() template.HTML { return look }
		funcs["small"] = func() template.HTML { return little }
		funcs["icon"] = func() template.HTML { return iconLink }
		funcs["script"] = func() template.HTML { return code }
		p := parser{lang: lang, table: table, fixed: fixed}
		all.byFile[lang] = p.pages(funcs)
	}
	return all, nil
}

// digest returns the Content-Security-Policy source that allows just this text.
func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// parser parses the pages of one language.
type parser struct {
	lang  Language
	table map[string]text
	// fixed finds the texts without values.
	fixed *regexp.Regexp
}

// pages lists all pages, each over its own copy of the base, as each fills the blocks
// differently.
func (p parser) pages(funcs template.FuncMap) map[string]parsedPage {
	base := sync.OnceValues(func() (*template.Template, error) {
		t := template.New("").Funcs(funcs)
		for _, name := range []string{"base", "parts"} {
			if err := p.add(t, name); err != nil {
				return nil, err
			}
		}
		return t, nil
	})
	byFile := map[string]parsedPage{}
	for _, view := range []View{Choose{}, Transfer{}, Card{}, Challenge{}, Processing{}, Result{}, Invalid{}, Phone{}, Login{}, Consent{}, Message{}, Home{}} {
		byFile[view.file()] = sync.OnceValues(func() (*template.Template, error) {
			t, err := base()
			if err != nil {
				return nil, err
			}
			if t, err = t.Clone(); err != nil {
				return nil, err
			}
			return t, p.add(t, view.file())
		})
	}
	return byFile
}

// add parses a file into a page. Texts without values are inserted here, once:
// looking each up took half of the time of a page.
func (p parser) add(page *template.Template, name string) error {
	source, err := files.ReadFile("html/" + name + ".html")
	if err != nil {
		return err
	}
	_, err = page.New(name).Parse(p.fixed.ReplaceAllStringFunc(string(source), func(action string) string {
		if t, ok := p.table[p.fixed.FindStringSubmatch(action)[1]]; ok {
			return template.HTMLEscapeString(t.in(p.lang))
		}
		return action
	}))
	return err
}
