package main

import (
	"io"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/localsepay/localsepay/openapi/control"
)

// grammar parses arguments into a command line.
type grammar struct {
	options []kong.Option
	// printed says that the arguments asked for a text, such as the help, and
	// that it was printed.
	printed bool
}

func newGrammar(out, errOut io.Writer) *grammar {
	g := &grammar{}
	g.options = []kong.Option{
		kong.Name("localsepay"),
		kong.Description("SePay on your own machine: checkout, orders, IPN, transfers, webhooks, QR, OAuth2, APIs v1 and v2.\n\nExit codes: 0 done, 1 failed, 2 wrong usage or a file that cannot be written, 6 a handler of the merchant failed, 130 interrupted. Of contract: 0 clean, 1 drift, 2 could not verify."),
		kong.Writers(out, errOut),
		kong.Exit(func(int) { g.printed = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"url": whereToLook(), "version": build().String(), "moments": strings.Join(control.MomentTypes(), ",")},
	}
	return g
}

// parse returns the verb that the arguments name, with its flags in c. It is nil
// when a text was printed instead.
func (g *grammar) parse(c *cli, args []string) (verb *kong.Context, err error) {
	if verb = g.parseVerb(c, args); verb == nil && !g.printed {
		*c = cli{}
		verb, err = g.parseWhole(c, args)
	}
	if g.printed {
		return nil, nil
	}
	return verb, err
}

// parseVerb parses by the grammar of the verb alone with which the arguments
// begin: making the whole one takes longer than starting an emulator. It returns
// nil where the whole one has to say what is wrong.
func (g *grammar) parseVerb(c *cli, args []string) *kong.Context {
	if len(args) == 0 {
		return nil
	}
	verbs := reflect.ValueOf(c).Elem()
	for i := range verbs.NumField() {
		field := verbs.Type().Field(i)
		if _, is := field.Tag.Lookup("cmd"); !is || args[0] != strings.ToLower(field.Name) {
			continue
		}
		alone := kong.DynamicCommand(args[0], field.Tag.Get("help"), "", verbs.Field(i).Addr().Interface())
		parser, err := kong.New(&c.common, append(g.options, alone)...)
		if err != nil {
			return nil
		}
		verb, err := parser.Parse(args)
		if err != nil {
			return nil
		}
		return verb
	}
	return nil
}

// parseWhole parses by the grammar of all verbs.
func (g *grammar) parseWhole(c *cli, args []string) (*kong.Context, error) {
	parser, err := kong.New(c, g.options...)
	if err != nil {
		return nil, err
	}
	return parser.Parse(args)
}
