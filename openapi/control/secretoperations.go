package control

// SecretOperations lists the ids of the operations that return credentials in clear
// text. All others mask them, except in the signed link of a payment page (checkout_url).
func SecretOperations() []string {
	return []string{
		"control.state", "control.companies.create", "control.users.update", "control.ipn.set",
		"control.webhooks.list", "control.webhooks.get", "control.webhooks.create", "control.webhooks.update",
		"control.oauth.tokens", "control.oauth.authorize",
	}
}
