package control

// SecretOperations lists the operations that exist to hand credentials out: their answers
// are the only ones in which none is masked. Everywhere else one text is exempt by
// name, though not by value: the signed link to a payment page (checkout_url),
// which has to work.
func SecretOperations() []string {
	return []string{
		"control.state", "control.companies.create", "control.users.update", "control.ipn.set",
		"control.webhooks.list", "control.webhooks.get", "control.webhooks.create", "control.webhooks.update",
		"control.oauth.tokens", "control.oauth.authorize",
	}
}
