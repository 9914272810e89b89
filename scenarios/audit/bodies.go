package audit

import "strings"

// bodyRules are about unexpected bodies.
func bodyRules(k kind) []rule {
	return []rule{
		{
			name: named(k, "number-as-text"), kind: k, title: "survives numbers that come as texts, and texts as numbers",
			why: "Forms carry every number as a text, and both APIs of SePay disagree on types already.", source: pageOf(k),
			fix: "Parse defensively, answer 4xx to what cannot be read, and never 5xx.",
			run: func(a *attack) (found, error) {
				set := map[string]any{"transferAmount": "150000.00", "id": "7"}
				if k == kindIPN {
					set = map[string]any{"order.order_amount": price, "order.order_currency": 704, "timestamp": "now"}
				}
				return a.changed(set, a.survives)
			},
		},
		{
			name: named(k, "odd-bodies"), kind: k, title: "survives empty, cut and alien bodies",
			why: "The URL is public: scanners post anything to it. A handler that breaks can be taken down.", source: pageOf(k),
			fix: "Answer 400 to a body that is not the expected JSON object.",
			run: (*attack).oddBodies,
		},
		{
			name: named(k, "huge-body"), kind: k, title: "survives a body of 900 kilobytes",
			why: "Who reads without a bound can be made to run out of memory.", source: pageOf(k),
			fix: "Bound the body, e.g. to 64 kB, and answer 413.",
			run: func(a *attack) (found, error) {
				return a.changed(map[string]any{"padding": strings.Repeat("x", 900<<10)}, a.outlives)
			},
		},
	}
}

// oddBodies posts bodies that are no notices with a valid credential.
func (a *attack) oddBodies() (found, error) {
	o, n, err := a.orderAndNotice()
	if err != nil {
		return found{}, err
	}
	half := n.body[:len(n.body)/2]
	for _, body := range []string{"", "{", "[]", "null", `"x"`, "7", "<xml/>", "{}", string(half), strings.Repeat("[", 2000), "\xff\xfe{\x00}\x00"} {
		n.body = []byte(body)
		if _, err := a.again(n); err != nil {
			return found{}, err
		}
	}
	return a.survives(o)
}
