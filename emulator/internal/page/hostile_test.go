package page_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/localsepay/localsepay/emulator/internal/page"
)

// hostile are strings that want to be more than text.
var hostile = []string{
	`"><script>alert(1)</script>`,
	`'><img src=x onerror=alert(1)>`,
	`" onfocus=alert(1) autofocus x="`,
	`</title></style></script><script>alert(1)</script>`,
	`javascript:alert(1)`,
	` JaVaScript:alert(1)`,
	`javascript://evil.example/%0aalert(1)`,
	"java\tscript:alert(1)",
	`data:text/html,<script>alert(1)</script>`,
	`data:image/png;base64,"><script>alert(1)</script>`,
	`data:image/svg+xml;base64,PHN2Zy8+`,
	`https://evil.example/"><script>alert(1)</script>`,
	`0;url=javascript:alert(1)`,
	`{{.}}<!--`,
}

// infect puts s into every string of a view, deep inside as well.
func infect(v reflect.Value, s string, yes bool) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(yes)
	case reflect.Int, reflect.Int64:
		v.SetInt(42)
	case reflect.Float64:
		v.SetFloat(2)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			infect(v.Index(i), s, yes)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"card_number", "card_holder_name", "card_expiry", "card_cvv", s} {
			v.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(s))
		}
	case reflect.Pointer:
		if yes {
			v.Set(reflect.New(v.Type().Elem()))
			infect(v.Elem(), s, yes)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			infect(v.Field(i), s, yes)
		}
	default:
		panic("a kind of field that the test does not know: " + v.Kind().String())
	}
}

// addresses are the attributes that lead somewhere.
var addresses = map[string]bool{"href": true, "src": true, "action": true, "formaction": true, "content": true,
	"data-status-url": true, "data-events-url": true, "data-page-url": true}

// inspect fails for whatever in the tree could run.
func inspect(t *testing.T, n *html.Node, count map[string]int) {
	t.Helper()
	if n.Type == html.CommentNode {
		t.Errorf("a comment: %q", n.Data)
	}
	if n.Type == html.ElementNode {
		count[n.Data]++
		for _, a := range n.Attr {
			value := strings.ToLower(strings.Map(func(r rune) rune {
				if r <= ' ' {
					return -1
				}
				return r
			}, a.Val))
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "autofocus" || a.Key == "srcdoc" {
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			}
			if addresses[a.Key] && (strings.Contains(value, "javascript:") || strings.HasPrefix(value, "data:") && !strings.HasPrefix(value, ownIcon)) {
				t.Errorf("<%s> leads to %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	for c := range n.ChildNodes() {
		inspect(t, c, count)
	}
}

// ownIcon is how the mark of every page begins, in lower case.
const ownIcon = "data:image/svg+xml;base64,phn2zyb4"

func TestNoFieldOfAnyViewBecomesCode(t *testing.T) {
	for _, view := range []page.View{page.Choose{}, page.Transfer{}, page.Card{}, page.Challenge{}, page.Processing{}, page.Result{}, page.Invalid{}, page.Phone{}, page.Login{}, page.Consent{}, page.Message{}, page.Home{}} {
		for _, yes := range []bool{true, false} {
			var plain map[string]int
			for i, s := range append([]string{"plain"}, hostile...) {
				t.Run(fmt.Sprintf("%T/%v/%d", view, yes, i), func(t *testing.T) {
					v := reflect.New(reflect.TypeOf(view)).Elem()
					infect(v, s, yes)
					text := render(t, v.Interface().(page.View))
					tree, err := html.ParseWithOptions(strings.NewReader(text), html.ParseOptionEnableScripting(false))
					if err != nil {
						t.Fatal(err)
					}
					count := map[string]int{}
					inspect(t, tree, count)
					if plain == nil {
						plain = count
					}
					for tag, n := range count {
						if n > plain[tag]+more[tag] {
							t.Errorf("%d <%s>, but %d for a plain text", n, tag, plain[tag])
						}
					}
				})
			}
		}
	}
}

// more are the elements that an address of the web, or a difference of two
// strings, rightly adds to a page.
var more = map[string]int{"meta": 1, "a": 2, "li": 1, "p": 1, "noscript": 1, "button": 1, "span": 1}

func find(n *html.Node, tag string, found *[]*html.Node) {
	if n.Type == html.ElementNode && n.Data == tag {
		*found = append(*found, n)
	}
	for c := range n.ChildNodes() {
		find(c, tag, found)
	}
}

// elements are the elements of a page with a tag, as a browser without
// JavaScript sees them.
func elements(t *testing.T, text, tag string) []*html.Node {
	t.Helper()
	tree, err := html.ParseWithOptions(strings.NewReader(text), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatal(err)
	}
	var found []*html.Node
	find(tree, tag, &found)
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words are the text of an element, without the white space around.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
