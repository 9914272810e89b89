package store

// A company at SePay has a live side and a test side, each with credentials,
// accounts, orders and webhooks of its own
// (https://developer.sepay.vn/vi/tien-ich-khac/test-mode). They are two
// companies here, one made for the other.

// Opposite returns the other environment.
func Opposite(e Environment) Environment {
	if e == Production {
		return Sandbox
	}
	return Production
}

// Side returns SePay's name of an environment's side: live or test.
func (e Environment) Side() string {
	if e == Production {
		return "live"
	}
	return "test"
}

// OtherSide returns the id of a company's other side: shop:live for a company
// of the sandbox, shop:test for one of production. Ids chosen by users have no
// colon.
func OtherSide(c Company) string { return c.ID + ":" + Opposite(c.Environment).Side() }

// WrongSide says that a credential is valid, but at hosts of the other side of
// its company.
type WrongSide struct {
	// Credential is its kind, such as API token.
	Credential string
	Company    string
	// Own is the credential's side, Host that of the host.
	Own, Host Environment
}

// AtSide returns a [*WrongSide] when a credential of a company is used at a host
// of the other environment, else nil; env is empty at a host of neither.
func AtSide(credential string, owner Company, env Environment) error {
	if env == "" || owner.Environment == env {
		return nil
	}
	return &WrongSide{Credential: credential, Company: owner.ID, Own: owner.Environment, Host: env}
}

// Error implements error.
func (w *WrongSide) Error() string {
	return "the " + w.Credential + " is of the " + w.Own.Side() + " side, the host is the " + w.Host.Side() + " side"
}
