package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"regexp"
)

//go:embed html
var files embed.FS

// pages are the templates of all pages, ready to run.
type pages struct {
	byFile map[Language]map[string]*template.Template
	policy string
}

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
		byFile: map[Language]map[string]*template.Template{},
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
		if all.byFile[lang], err = p.pages(template.New("").Funcs(funcs)); err != nil {
			return nil, err
		}
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

// pages parses all pages, each over its own copy of the base, as each fills the
// blocks differently.
func (p parser) pages(base *template.Template) (map[string]*template.Template, error) {
	for _, name := range []string{"base", "parts"} {
		if err := p.add(base, name); err != nil {
			return nil, err
		}
	}
	byFile := map[string]*template.Template{}
	for _, view := range []View{Choose{}, Transfer{}, Card{}, Challenge{}, Processing{}, Result{}, Invalid{}, Phone{}, Login{}, Consent{}, Message{}, Home{}} {
		page, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if err := p.add(page, view.file()); err != nil {
			return nil, err
		}
		byFile[view.file()] = page
	}
	return byFile, nil
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
