package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// View is one of the view structs of this package.
type View interface {
	frame() Frame
	// file is the name of the template, without its ending.
	file() string
}

func (f Frame) frame() Frame { return f }

func (Choose) file() string     { return "choose" }
func (Transfer) file() string   { return "transfer" }
func (Card) file() string       { return "card" }
func (Challenge) file() string  { return "challenge" }
func (Processing) file() string { return "processing" }
func (Result) file() string     { return "result" }
func (Invalid) file() string    { return "invalid" }
func (Phone) file() string      { return "phone" }

//go:embed html
var files embed.FS

// fixed is an action that shows a text without values.
var fixed = regexp.MustCompile(`\{\{t "([^"]+)"\}\}`)

// typicalSize spares the buffer of a page its growing.
const typicalSize = 40 << 10

// pages are the templates of all pages, ready to run.
type pages struct {
	byFile map[Language]map[string]*template.Template
	policy string
}

// book is parsed by the first page, so that a process that shows none pays
// nothing at its start.
var book = sync.OnceValues(parse)

// Render writes the page alone, without headers.
func Render(w io.Writer, view View) error {
	all, err := book()
	if err != nil {
		return fmt.Errorf("parse the pages: %w", err)
	}
	lang := Vietnamese
	if view.frame().Language == English {
		lang = English
	}
	if err := all.byFile[lang][view.file()].ExecuteTemplate(w, "base", view); err != nil {
		return fmt.Errorf("render the page %s: %w", view.file(), err)
	}
	return nil
}

// Write answers a request with the page. After an error nothing was written.
func Write(w http.ResponseWriter, status int, view View) error {
	body := bytes.NewBuffer(make([]byte, 0, typicalSize))
	if err := Render(body, view); err != nil {
		return err
	}
	policy, err := Policy()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		return fmt.Errorf("send the page %s: %w", view.file(), err)
	}
	return nil
}

// Policy is the Content-Security-Policy of every page: nothing but the style
// and the script of this package runs.
//
// A browser holds the redirects after a form to form-action as well, so a form
// is answered by a redirect to this host; the way back to the shop is a link or
// a meta refresh, which form-action does not bind.
func Policy() (string, error) {
	all, err := book()
	if err != nil {
		return "", fmt.Errorf("parse the pages: %w", err)
	}
	return all.policy, nil
}

func parse() (*pages, error) {
	style, err := files.ReadFile("html/style.css")
	if err != nil {
		return nil, err
	}
	script, err := files.ReadFile("html/script.js")
	if err != nil {
		return nil, err
	}
	all := &pages{
		byFile: map[Language]map[string]*template.Template{},
		policy: "default-src 'none'; img-src 'self' data:; style-src " + digest(style) + "; script-src " + digest(script) +
			"; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
	look, code := template.HTML("<style>"+string(style)+"</style>"), template.HTML("<script>"+string(script)+"</script>")
	table := texts()
	for _, lang := range []Language{Vietnamese, English} {
		funcs := functions(lang, table)
		// Typed as HTML, both pass byte for byte, as the policy's digests need.
		funcs["style"] = func() template.HTML { return look }
		funcs["script"] = func() template.HTML { return code }
		base := template.New("").Funcs(funcs)
		for _, name := range []string{"base", "parts"} {
			if err := add(base, name, lang, table); err != nil {
				return nil, err
			}
		}
		all.byFile[lang] = map[string]*template.Template{}
		for _, view := range []View{Choose{}, Transfer{}, Card{}, Challenge{}, Processing{}, Result{}, Invalid{}, Phone{}} {
			page, err := base.Clone()
			if err != nil {
				return nil, err
			}
			if err := add(page, view.file(), lang, table); err != nil {
				return nil, err
			}
			all.byFile[lang][view.file()] = page
		}
	}
	return all, nil
}

// add parses a file into a page. Texts that take no values are put in here, once:
// to ask for each of them took half of the time of a page.
func add(page *template.Template, name string, lang Language, table map[string]text) error {
	source, err := files.ReadFile("html/" + name + ".html")
	if err != nil {
		return err
	}
	filled := fixed.ReplaceAllStringFunc(string(source), func(action string) string {
		if s, ok := table[fixed.FindStringSubmatch(action)[1]]; ok {
			return template.HTMLEscapeString(s.in(lang))
		}
		return action
	})
	_, err = page.New(name).Parse(filled)
	return err
}

// digest is the source of a Content-Security-Policy that allows just this text.
func digest(text []byte) string {
	sum := sha256.Sum256(text)
	var b strings.Builder
	b.WriteString("'sha256-")
	b.WriteString(base64.StdEncoding.EncodeToString(sum[:]))
	b.WriteByte('\'')
	return b.String()
}
