package oauthapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestMeIsTheUser(t *testing.T) {
	h := build(t, nil)
	a := h.call("GET", "/api/v1/me", h.token(store.RoleUser, nil, "profile"), "")
	me := a.data(t)
	avatar, _ := me["avatar"].(string)
	if len(strings.TrimPrefix(avatar, "https://www.gravatar.com/avatar/")) != 32 {
		t.Errorf("avatar %q", avatar)
	}
	delete(me, "avatar")
	want := map[string]any{"id": 4321.0, "first_name": "An", "last_name": "Tran", "email": "an.tran@example.com", "phone": "0900000001"}
	if diff := cmp.Diff(want, me); diff != "" {
		t.Error(diff)
	}
	a.wantCodes(t)
}

func TestTheCompanyHasTheTypesOfThePage(t *testing.T) {
	h := build(t, nil)
	a := h.call("GET", "/api/v1/company", h.admin(), "")
	a.want(t, http.StatusOK, `{"status":"success","data":{"id":55,"full_name":"CONG TY TNHH VI DU","short_name":"VI DU","role":"Admin","status":"active","subscription":"Premium","begin_date":"2026-02-01","end_date":"2027-02-01","configurations":{"bank_sub_account":true,"paycode":true,"data_storage_time":"90","payment_code_formats":[{"prefix":"DH","suffix_from":3,"suffix_to":10,"character_type":"NumberOnly","is_active":true}]}}}`)
}

func TestPaymentCodeFormatsJoinByPrefix(t *testing.T) {
	const dh = `{"prefix":"DH","suffix_from":3,"suffix_to":10,"character_type":"NumberOnly","is_active":true}`
	answer := func(formats string) string {
		return `{"status":"success","data":{"bank_sub_account":true,"paycode":true,"data_storage_time":"90","payment_code_formats":[` + formats + `]}}`
	}
	failed := func(message string) string { return `{"status":"error","message":"` + message + `"}` }
	for name, c := range map[string]struct {
		body   string
		status int
		want   string
		codes  []string
	}{
		"a new prefix is added": {
			`{"payment_code_formats":[{"prefix":"HD","suffix_from":4,"suffix_to":6,"character_type":"NumberAndLetter","is_active":1}]}`, 200,
			answer(dh + `,{"prefix":"HD","suffix_from":4,"suffix_to":6,"character_type":"NumberAndLetter","is_active":true}`), nil,
		},
		"a known prefix is changed, whatever its case": {
			`{"payment_code_formats":[{"prefix":"dh","suffix_from":6,"suffix_to":8,"character_type":"NumberOnly","is_active":false}]}`, 200,
			answer(`{"prefix":"DH","suffix_from":6,"suffix_to":8,"character_type":"NumberOnly","is_active":false}`), nil,
		},
		"what is absent stays": {
			`{"payment_code_formats":[{"prefix":"DH","suffix_from":1}]}`, 200,
			answer(`{"prefix":"DH","suffix_from":1,"suffix_to":10,"character_type":"NumberOnly","is_active":true}`), nil,
		},
		"nothing is no change":         {`{}`, 200, answer(dh), []string{"nothing_changed"}},
		"another member is ignored":    {`{"paycode":false}`, 200, answer(dh), []string{"ignored_member", "nothing_changed"}},
		"an empty list":                {`{"payment_code_formats":[]}`, 400, failed("payment_code_formats: want at least one structure"), []string{"refused"}},
		"a suffix that is too long":    {`{"payment_code_formats":[{"prefix":"DH","suffix_to":31}]}`, 400, failed("payment code DH: want 1 ≤ suffix_from ≤ suffix_to ≤ 30, not 3 and 31"), []string{"refused"}},
		"a prefix with a digit":        {`{"payment_code_formats":[{"prefix":"D1","suffix_from":3,"suffix_to":10,"character_type":"NumberOnly"}]}`, 400, failed(`payment-code prefix \"D1\": want 2 to 10 letters A-Z`), []string{"refused"}},
		"a new prefix without bounds":  {`{"payment_code_formats":[{"prefix":"HD"}]}`, 400, failed("payment code HD: want 1 ≤ suffix_from ≤ suffix_to ≤ 30, not 0 and 0"), []string{"refused"}},
		"an unknown character type":    {`{"payment_code_formats":[{"prefix":"DH","character_type":"Any"}]}`, 400, failed(`payment code DH: character_type \"Any\": want NumberOnly or NumberAndLetter`), []string{"refused"}},
		"a text for a number":          {`{"payment_code_formats":[{"prefix":"DH","suffix_to":"9"}]}`, 400, failed("payment_code_formats: want an integer, not string"), []string{"refused"}},
		"a flag that is none":          {`{"payment_code_formats":[{"prefix":"DH","is_active":2}]}`, 400, failed("payment_code_formats: want true, false, 1 or 0, not 2"), []string{"refused"}},
		"an object instead of a list":  {`{"payment_code_formats":{}}`, 400, failed("payment_code_formats: want a list, not object"), []string{"refused"}},
		"no JSON":                      {`prefix=DH`, 400, failed("The body is not a JSON object"), []string{"refused"}},
		"one wrong of two saves none":  {`{"payment_code_formats":[{"prefix":"AB","suffix_from":3,"suffix_to":4,"character_type":"NumberOnly"},{"prefix":"X"}]}`, 400, "", []string{"refused"}},
		"a list instead of an object":  {`[]`, 400, failed("The body is not a JSON object"), []string{"refused"}},
		"null instead of an object":    {`null`, 400, failed("The body is not a JSON object"), []string{"refused"}},
		"a prefix of eleven, sandbox":  {`{"payment_code_formats":[{"prefix":"ABCDEFGHIJK","suffix_from":3,"suffix_to":4,"character_type":"NumberOnly"}]}`, 400, "", []string{"refused"}},
		"two of one prefix: the later": {`{"payment_code_formats":[{"prefix":"dh","suffix_from":4},{"prefix":"DH","suffix_to":5}]}`, 200, answer(`{"prefix":"DH","suffix_from":4,"suffix_to":5,"character_type":"NumberOnly","is_active":true}`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			token := h.admin()
			a := h.call("PATCH", "/api/v1/company/configurations", token, c.body)
			a.want(t, c.status, c.want)
			a.wantCodes(t, c.codes...)
			kept := fmt.Sprint(h.call("GET", "/api/v1/company", token, "").data(t)["configurations"])
			if c.status == http.StatusOK {
				if shown := fmt.Sprint(a.data(t)); shown != kept {
					t.Errorf("answered %s, kept %s", shown, kept)
				}
			} else if strings.Count(kept, "prefix") != 1 {
				t.Errorf("a refused change was kept: %s", kept)
			}
		})
	}
}

func TestABodyThatIsAFormIsToldApart(t *testing.T) {
	h := build(t, nil)
	a := h.send("", "POST", "/api/v1/webhooks", "Bearer "+h.admin(), "application/x-www-form-urlencoded", "name=Shop")
	a.want(t, http.StatusBadRequest, "")
	a.wantCodes(t, "surface.content_type")
}

func TestBankAccountsHaveTheirBank(t *testing.T) {
	const acb = `{"id":1,"label":null,"account_holder_name":"NGUYEN VAN AN","account_number":"0011002233","accumulated":2500000,"active":true,"created_at":"2026-02-20 09:30:00","bank":{"short_name":"ACB","full_name":"Ngân hàng TMCP Á Châu","code":"ACB","bin":"970416","icon_url":"https://my.sepay.vn/assets/images/banklogo/acb-icon.png","logo_url":"https://my.sepay.vn/assets/images/banklogo/acb.png"}}`
	h := build(t, nil)
	token := h.admin()
	h.call("GET", "/api/v1/bank-accounts/1", token, "").want(t, 200, `{"status":"success","data":`+acb+`}`)
	h.call("GET", "/api/v1/bank-accounts?page=2&limit=1", token, "").want(t, 200, `{"status":"success","data":[`+acb+`],"meta":{"pagination":{"total":2,"per_page":1,"current_page":2,"last_page":2}}}`)
	two := h.call("GET", "/api/v1/bank-accounts/2", token, "").data(t)
	if two["label"] != "Web" || two["active"] != false {
		t.Errorf("account 2: %v", two)
	}
}

func TestSubAccountsAreAllOfTheAccount(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	h.call("GET", "/api/v1/bank-accounts/1/sub-accounts", token, "").want(t, 200, `{"status":"success","data":[{"id":1,"account_number":"SHOP0001","account_holder_name":"QUAY MOT","label":"Quay 1","active":true,"created_at":"2026-02-22 09:30:00"},{"id":2,"account_number":"SHOP0002","account_holder_name":null,"label":null,"active":false,"created_at":"2026-02-23 09:30:00"}]}`)
	a := h.call("GET", "/api/v1/bank-accounts/2/sub-accounts?limit=1", token, "")
	a.want(t, 200, `{"status":"success","data":[]}`)
	a.wantCodes(t, "ignored_parameter")
}

func TestATransactionHasTheTypesOfThePage(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	h.call("GET", "/api/v1/transactions/101", token, "").want(t, 200, `{"status":"success","data":{"id":101,"bank_account_id":1,"bank_brand_name":"ACB","account_number":"0011002233","transaction_date":"2026-02-20 09:30:00","amount_out":0,"amount_in":100,"accumulated":1000100,"transaction_content":"noi dung DH001","reference_number":"FT101","code":"DH001","sub_account":null}}`)
	row := h.call("GET", "/api/v1/transactions/102", token, "").data(t)
	if row["code"] != nil || row["sub_account"] != "SHOP0001" {
		t.Errorf("transaction 102: %v", row)
	}
}

func TestTransactionsAreFiltered(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	all := []int64{105, 104, 103, 102, 101}
	for query, c := range map[string]struct {
		want  []int64
		codes []string
	}{
		"":                   {want: all},
		"bank_account_id=1":  {want: []int64{105, 102, 101}},
		"bank_account_id=9":  {},
		"bank_account_id=77": {},
		"bank_account_id=x":  {all, []string{"invalid_parameter"}},
		"bank_account_id=0":  {all, []string{"invalid_parameter"}},
		"bank_account_id=7f3a0000-0000-4000-8000-000000000001": {all, []string{"v2_id", "invalid_parameter"}},
		"account_number=5566":                         {want: []int64{104, 103}},
		"account_number=9999":                         {},
		"bank_account_id=1&account_number=5566":       {},
		"reference_number=FT103":                      {want: []int64{103}},
		"reference_number=FT":                         {},
		"reference_number=FT909":                      {},
		"from_date=2026-02-22":                        {want: []int64{105, 104, 103}},
		"to_date=2026-02-22":                          {want: []int64{103, 102, 101}},
		"from_date=2026-02-22&to_date=2026-02-22":     {want: []int64{103}},
		"from_date=2026-02-23&to_date=2026-02-22":     {},
		"from_date=2026-02-22+10:00:00":               {all, []string{"invalid_parameter"}},
		"to_date=22-02-2026":                          {all, []string{"invalid_parameter"}},
		"amount_in=200":                               {want: []int64{103, 102}},
		"amount_in=200.00":                            {want: []int64{103, 102}},
		"amount_in=200.5":                             {},
		"amount_in=abc":                               {all, []string{"invalid_parameter"}},
		"amount_out=50":                               {want: []int64{104}},
		"amount_in=0":                                 {want: []int64{104}},
		"amount_in=100&amount_in=500":                 {want: []int64{105}},
		"per_page=1":                                  {all, []string{"userapi_parameter"}},
		"transaction_date_min=2026-02-22":             {all, []string{"userapi_parameter"}},
		"since_id=103&amount_in_min=1":                {all, []string{"userapi_parameter", "userapi_parameter"}},
		"acount_number=5566":                          {all, []string{"ignored_parameter"}},
		"a=1&b=2":                                     {all, []string{"ignored_parameter"}},
		"a%zz=1&account_number=5566":                  {want: []int64{104, 103}},
		"from_date=&to_date=&bank_account_id=&limit=": {want: all},
	} {
		a := h.call("GET", "/api/v1/transactions?"+query, token, "")
		ids, _ := a.page(t)
		if diff := cmp.Diff(c.want, ids); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
		if diff := cmp.Diff(append([]string{}, c.codes...), a.codes()); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", query, diff)
		}
	}
}

func TestAListWithoutRowsIsAnEmptyList(t *testing.T) {
	h := build(t, nil)
	h.call("GET", "/api/v1/transactions?bank_account_id=77", h.admin(), "").want(t, 200, `{"status":"success","data":[],"meta":{"pagination":{"total":0,"per_page":20,"current_page":1,"last_page":1}}}`)
}

func TestIgnoredParametersAreNamedUpToABound(t *testing.T) {
	h := build(t, nil)
	var query []string
	for i := range 50 {
		query = append(query, fmt.Sprintf("p%02d=1", i))
	}
	a := h.call("GET", "/api/v1/me?"+strings.Join(query, "&"), h.admin(), "")
	a.wantCodes(t, "ignored_parameter")
	if d := a.noted[0].Detail; !strings.HasSuffix(d, `"p09" and 40 more.`) {
		t.Errorf("detail: %s", d)
	}
}

func TestPagesAreCounted(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	for query, c := range map[string]struct {
		want                 []int64
		perPage, page, pages int
		codes                []string
	}{
		"":                {[]int64{105, 104, 103, 102, 101}, 20, 1, 1, nil},
		"limit=2":         {[]int64{105, 104}, 2, 1, 3, nil},
		"limit=2&page=3":  {[]int64{101}, 2, 3, 3, nil},
		"limit=2&page=4":  {nil, 2, 4, 3, nil},
		"limit=100":       {[]int64{105, 104, 103, 102, 101}, 100, 1, 1, nil},
		"limit=101":       {[]int64{105, 104, 103, 102, 101}, 100, 1, 1, []string{"invalid_parameter"}},
		"limit=0":         {[]int64{105, 104, 103, 102, 101}, 20, 1, 1, []string{"invalid_parameter"}},
		"limit=-1":        {[]int64{105, 104, 103, 102, 101}, 20, 1, 1, []string{"invalid_parameter"}},
		"limit=x&page=y":  {[]int64{105, 104, 103, 102, 101}, 20, 1, 1, []string{"invalid_parameter", "invalid_parameter"}},
		"page=0":          {[]int64{105, 104, 103, 102, 101}, 20, 1, 1, []string{"invalid_parameter"}},
		"page=9000000000": {nil, 20, 1_000_000, 1, []string{"invalid_parameter"}},
	} {
		a := h.call("GET", "/api/v1/transactions?"+query, token, "")
		ids, pagination := a.page(t)
		if diff := cmp.Diff(c.want, ids); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
		want := map[string]int{"total": 5, "per_page": c.perPage, "current_page": c.page, "last_page": c.pages}
		if diff := cmp.Diff(want, pagination); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
		if diff := cmp.Diff(append([]string{}, c.codes...), a.codes()); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", query, diff)
		}
	}
}
