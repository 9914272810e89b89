package mask_test

import (
	"testing"

	"github.com/localsepay/localsepay/openapi/mask"
)

func TestADocumentTeachesWhatItNames(t *testing.T) {
	m := mask.New()
	m.Learn([]byte(`{"companies":[{"id":"company-one","api_tokens":["first-token-of-one"],"merchant":{"secret_key":"hunter2hunter2","ipn":{"secret":null}},"users":[{"email":"an@example.test","password":"s3"}]}]}`))
	m.Learn([]byte(`{"secret_key":"cut off here`))
	if got, want := m.Known("company-one an@example.test first-token-of-one hunter2hunter2 s3 cut off here"), "company-one an@example.test ****-one ****ter2 s3 cut off here"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
