package openapi

import (
	"fmt"
	"mime"
	"net/url"
	"slices"
)

// hostsOf reads x-hosts. What is no URL there is prose, such as "the
// merchant's own".
func hostsOf(extension any) []string {
	named, _ := extension.(map[string]any)
	var hosts []string
	for _, address := range named {
		if u, err := url.Parse(fmt.Sprint(address)); err == nil && u.Host != "" {
			hosts = append(hosts, u.Hostname())
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// Hosts lists the host names that serve the contract, sorted and without ports; none for
// webhooks and IPNs.
func (c *Contract) Hosts() []string { return slices.Clone(c.hosts) }

// AnyHost says whether the contract is about what SePay sends: a webhook or IPN, to a
// host and path that the merchant chose.
func (c *Contract) AnyHost() bool {
	return slices.ContainsFunc(c.operations, func(o *operation) bool { return o.anyPath })
}

// Schema is what a contract says about one value. The zero Schema says nothing.
type Schema struct {
	// nodes are the alternatives; the value may be like any of them.
	nodes []*node
}

// RequestSchema returns the schema of the request's body.
func (c *Contract) RequestSchema(r Request) Schema {
	o, _, _ := c.route(r)
	if o == nil || o.body == nil {
		return Schema{}
	}
	return schemaFor(o.body.contents, canonicalHeader(r.Header).Get("Content-Type"))
}

// ResponseSchema returns the schema of the answer's body.
func (c *Contract) ResponseSchema(r Request, status int, contentType string) Schema {
	o, _, _ := c.route(r)
	if o == nil {
		return Schema{}
	}
	_, answer := o.declared(status)
	if answer == nil {
		return Schema{}
	}
	return schemaFor(answer.contents, contentType)
}

func schemaFor(contents []content, contentType string) Schema {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return Schema{}
	}
	if c := pick(contents, mediaType); c != nil {
		return Schema{c.node.flat(nil)}
	}
	return Schema{}
}

// flat adds the node and all of its alternatives.
func (n *node) flat(to []*node) []*node {
	if n == nil || slices.Contains(to, n) {
		return to
	}
	to = append(to, n)
	for _, branch := range slices.Concat(n.oneOf, n.anyOf) {
		to = branch.flat(to)
	}
	return to
}

// Property returns the schema of a member of an object, and whether the contract names
// the member. Another member has the schema of further properties, if there is one.
func (s Schema) Property(name string) (Schema, bool) {
	var named, further []*node
	for _, n := range s.nodes {
		named = n.properties[name].flat(named)
		further = n.additional.flat(further)
	}
	if len(named) > 0 {
		return Schema{named}, true
	}
	return Schema{further}, false
}

// Items returns the schema of the items of an array.
func (s Schema) Items() Schema {
	var items []*node
	for _, n := range s.nodes {
		items = n.items.flat(items)
	}
	return Schema{items}
}

// Enum lists the values that the contract knows, as in JSON without quotes; none when it
// lists none or they are secret.
func (s Schema) Enum() []string {
	var values []string
	for _, n := range s.nodes {
		if n.secret {
			return nil
		}
		for _, v := range n.enum {
			values = append(values, spell(v))
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// Secret says whether the value must not be shown.
func (s Schema) Secret() bool {
	return slices.ContainsFunc(s.nodes, func(n *node) bool { return n.secret })
}
