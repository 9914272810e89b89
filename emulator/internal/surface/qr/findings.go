package qr

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// The pages that are the sources of findings.
const (
	pageImage  = "https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code"
	pageForm   = "https://developer.sepay.vn/vi/sepay-webhooks/tao-qr-va-form-thanh-toan"
	pageBanks  = "https://qr.sepay.vn/banks.json"
	pageFormat = "https://github.com/subiz/vietqr"
	pageOthers = "https://www.vietqr.io/qr-dong"
	// pageContent says that content is the memo as the bank reports it.
	pageContent = "https://developer.sepay.vn/vi/sepay-webhooks/tich-hop-webhook"
)

// longestQuote bounds repeated input in a finding, in bytes.
const longestQuote = 64

func quote(s string) string {
	if short := clip(s, longestQuote); len(short) < len(s) {
		return fmt.Sprintf("%q…", short)
	}
	return fmt.Sprintf("%q", s)
}

func bad(code, message, hint string) *failure {
	return &failure{http.StatusBadRequest, code, message, hint}
}

func errMissing(account, bank string) *failure {
	var names []string
	if account == "" {
		names = append(names, "acc")
	}
	if bank == "" {
		names = append(names, "bank")
	}
	return bad("missing_parameter", "There is no "+strings.Join(names, " and no ")+".", "Send acc, the account number, and bank, the bank's short_name.")
}

func errUnknownBank(name string) *failure {
	return bad("unknown_bank", "There is no bank "+quote(name)+" ("+vietqr.Suggest(name)+").", "Send the short_name, code or bin of a bank of /banks.json; a SWIFT code is none of them.")
}

func errAmount(text string) *failure {
	return bad("invalid_amount", "The amount "+quote(text)+" is no whole number of VND: "+whyNoAmount(text)+".",
		"Send digits only, without separators and decimals; leave it out to let the payer type it.")
}

// word matches what programs send in place of a missing number.
var word = pattern.Lazy(`(?i)^(null|nil|none|undefined|nan|-?inf(inity)?|true|false|\[object object\])$`)

// whyNoAmount explains what is wrong with an amount.
func whyNoAmount(text string) string {
	written, err := input.Amount(text)
	switch {
	case word().MatchString(text):
		return "it is a word, which a program writes that has no number"
	case strings.HasPrefix(text, "-"):
		return "it is below zero"
	case err == nil && strings.ContainsAny(text, ".,_ "):
		return fmt.Sprintf("it has separators; %d is meant, as it seems", written)
	case err == nil:
		return fmt.Sprintf("it has a currency behind it; %d is meant, as it seems", written)
	case decimals().MatchString(text):
		return "it has decimals, and dong has none"
	case strings.Trim(text, "0123456789") == "":
		return "it is larger than any number of the service"
	case exponent().MatchString(text):
		return "it has an exponent, as programs write large numbers"
	}
	return "it is not made of digits"
}

var (
	decimals = pattern.Lazy(`^[0-9][0-9,_ ]*[.,][0-9]*$`)
	exponent = pattern.Lazy(`(?i)^[0-9.]+e[+-]?[0-9]+$`)
)

// errAccount explains why an account cannot be in a code: all else was checked.
func errAccount(err error) *failure {
	return bad("invalid_account", fmt.Sprintf("The account cannot be in a VietQR code: %v.", err), "Send letters and digits only, as many as an account number has.")
}

// noteRefused explains to the developer why there is no picture.
func (s *Service) noteRefused(x *surface.Exchange, f *failure) {
	how := " The answer is a page of HTML with the status 200, so that the client sees a broken picture and no error."
	if s.strict() {
		how = ""
	}
	source := pageImage
	if f.code == "unknown_bank" {
		source = pageBanks
	}
	x.Note(finding.Finding{
		Code: "qr." + f.code, Severity: finding.Error, Title: "There is no picture for this address",
		Detail: f.message + how, Hint: f.hint, Source: source,
	})
}

func noteTemplate(x *surface.Exchange, name string) {
	x.Note(finding.Finding{
		Code: "qr.unknown_template", Severity: finding.Warning, Title: "There is no such template",
		Detail: fmt.Sprintf("The template %s is none of SePay's. The default picture with a frame was drawn; what the real service does is not known.", quote(name)),
		Hint:   "Use compact, qronly, standee or no template. compact2, print and qr_only belong to img.vietqr.io, another service.",
		Source: pageImage,
	})
}

// foreign are parameters of other services, such as img.vietqr.io and its API,
// that guides and clients confuse with SePay's.
var foreign = [...]struct{ name, instead string }{
	{"addInfo", "des"}, {"addinfo", "des"}, {"content", "des"}, {"memo", "des"}, {"message", "des"}, {"description", "des"}, {"desc", "des"},
	{"note", "des"}, {"noidung", "des"}, {"nd", "des"}, {"info", "des"}, {"remark", "des"}, {"purpose", "des"}, {"transfer_content", "des"},
	{"accountName", "holder"}, {"account_name", "holder"}, {"accname", "holder"}, {"accName", "holder"}, {"name", "holder"},
	{"accountNo", "acc"}, {"accountNumber", "acc"}, {"account_number", "acc"}, {"account_no", "acc"}, {"account", "acc"}, {"stk", "acc"}, {"acc_no", "acc"},
	{"acqId", "bank"}, {"bankId", "bank"}, {"bank_id", "bank"}, {"bankCode", "bank"}, {"bank_code", "bank"}, {"bin", "bank"}, {"bankBin", "bank"}, {"bank_bin", "bank"}, {"bankName", "bank"},
	{"amt", "amount"}, {"money", "amount"}, {"sotien", "amount"}, {"total", "amount"},
	{"format", "nothing: the answer is always a PNG picture"}, {"theme", "template"}, {"style", "template"}, {"layout", "template"}, {"tpl", "template"},
	{"size", "nothing: the size follows from the template"}, {"width", "nothing: the size follows from the template"}, {"height", "nothing: the size follows from the template"},
	{"merchantName", "store"}, {"shop", "store"},
}

// own are SePay's parameters.
var own = []string{"acc", "bank", "amount", "des", "template", "download", "showinfo", "fullacc", "holder", "store"}

// noteForeign records parameters that SePay does not read: those of other
// services, and likely typing mistakes.
func noteForeign(x *surface.Exchange, p params) {
	for _, name := range slices.Sorted(maps.Keys(p.query)) {
		if slices.Contains(own, name) {
			continue
		}
		at := slices.IndexFunc(foreign[:], func(f struct{ name, instead string }) bool { return f.name == name })
		if at >= 0 {
			x.Note(finding.Finding{
				Code: "qr.foreign_parameter", Severity: finding.Warning, Title: "A parameter of another service",
				Detail: fmt.Sprintf("%s is not a parameter of SePay's pictures and was ignored%s; other services, such as img.vietqr.io, have parameters like it.", name, lost(p, foreign[at].instead)),
				Hint:   "Send " + foreign[at].instead + ".", Source: pageOthers,
			})
		} else if meant, near := input.Nearest(name, own); near {
			x.Note(finding.Finding{
				Code: "qr.unknown_parameter", Severity: finding.Warning, Title: "There is no such parameter",
				Detail: fmt.Sprintf("%s is not a parameter of SePay's pictures and was ignored%s.", quote(name), lost(p, meant)),
				Hint:   "Did you mean " + meant + "? The case of letters matters.", Source: pageImage,
			})
		}
	}
}

// lost describes what a payer has to do because a parameter was ignored.
func lost(p params, instead string) string {
	if p.query.Has(instead) {
		return ""
	}
	switch instead {
	case "des":
		return ": the code has no memo, and the payer types one"
	case "amount":
		return ": the code has no amount, and the payer types one"
	}
	return ""
}

func noteZero(x *surface.Exchange) {
	x.Note(finding.Finding{
		Code: "qr.zero_amount", Severity: finding.Note, Title: "The amount is 0",
		Detail: "A VietQR code cannot hold 0; the payer types the amount.",
		Hint:   "Leave amount out if that is meant.", Source: pageFormat,
	})
}

func noteCut(x *surface.Exchange, memo, cut string) {
	x.Note(finding.Finding{
		Code: "qr.memo_cut", Severity: finding.Warning, Title: "The memo is too long for the code",
		Detail: fmt.Sprintf("The code has room for %d characters; of the %d in %s it holds %q. What the real service does is not known.", len(cut), len(memo), quote(memo), cut),
		Hint:   "Put the payment code at the beginning of des, and keep des short.", Source: pageFormat,
	})
}

func noteBeyondPaper(x *surface.Exchange, what, title string, length, paper int) {
	x.Note(finding.Finding{
		Code: "qr." + what + "_long", Severity: finding.Note, Title: title + " is longer than NAPAS's paper limit",
		Detail: fmt.Sprintf("It has %d characters; NAPAS's format allows %d on paper. The code holds it whole: SePay and banks' apps were observed not to keep to the limit for memos. What a single bank makes of it is not known.", length, paper),
		Hint:   "Keep it shorter where that is easy, and put a payment code at the beginning.", Source: pageFormat,
	})
}

// noteStripped records what the bank drops from a memo.
func noteStripped(x *surface.Exchange, b vietqr.Bank, memo string) {
	loss, some := habit.Known().Loses(b.ShortName, memo)
	if !some {
		return
	}
	detail := fmt.Sprintf("Of %s the webhook's content will have %q: letters, digits and single spaces arrive, %s may not.", quote(memo), loss.Memo, habit.Named(loss.Dropped))
	if loss.Seen != "" {
		detail += " Payments show that banks drop " + habit.Named(loss.Seen) + "."
	}
	if loss.AtBank != "" {
		detail += fmt.Sprintf(" At %s they show it for %s.", b.ShortName, habit.Named(loss.AtBank))
	}
	x.Note(finding.Finding{
		Code: "qr.memo_stripped", Severity: finding.Note, Title: "The memo has characters that vanish at banks", Detail: detail,
		Hint:   "Write memos in letters, digits and single spaces, or compare without everything else and regardless of case. transfer --bank-habits plays such a bank.",
		Source: pageContent,
	})
}

func noteAccount(x *surface.Exchange, account string) {
	if len(account) > vietqr.PaperAccount {
		noteBeyondPaper(x, "account", "The account number", len(account), vietqr.PaperAccount)
	}
	if other := fileName(account); other != account {
		x.Note(finding.Finding{
			Code: "qr.account_unusual", Severity: finding.Warning, Title: "The account number has other characters than letters and digits",
			Detail: fmt.Sprintf("acc is %s. NAPAS's format has letters and digits; the code holds it as it is, and banks' apps may refuse it.", quote(account)),
			Hint:   fmt.Sprintf("If %s is meant, send that.", quote(other)), Source: pageFormat,
		})
	}
}

func noteDownload(x *surface.Exchange, text string) {
	x.Note(finding.Finding{
		Code: "qr.download_value", Severity: finding.Note, Title: "download is neither true nor false",
		Detail: fmt.Sprintf("download=%s was sent. The page names true; what the real service makes of other values is not known. The picture is shown and not saved; the setting %s=any saves it.", quote(text), setting.QRDownload),
		Hint:   "Send download=true for a file, and leave it out for a picture.", Source: pageImage,
	})
}

func noteFlag(x *surface.Exchange, name, text string) {
	x.Note(finding.Finding{
		Code: "qr.flag_value", Severity: finding.Note, Title: name + " is neither true nor false",
		Detail: fmt.Sprintf("%s=%s was sent and is taken for false: the page names true and false.", name, quote(text)),
		Hint:   "Send " + name + "=true or leave it out.", Source: pageImage,
	})
}

func noteFolded(x *surface.Exchange, des, memo string) {
	x.Note(finding.Finding{
		Code: "qr.memo_folded", Severity: finding.Note, Title: "The memo was written in ASCII",
		Detail: fmt.Sprintf("A VietQR code holds no diacritics: %s became %q, and so it comes back in the webhook.", quote(des), memo),
		Hint:   "Compare memos without diacritics, or send none.", Source: pageFormat,
	})
}

// noteAlias records a name that is not one of SePay's.
func noteAlias(x *surface.Exchange, b vietqr.Bank, name string) {
	if b.Called(name) {
		return
	}
	x.Note(finding.Finding{
		Code: "qr.bank_alias", Severity: finding.Note, Title: "The bank is named by an alias of this emulator's",
		Detail: fmt.Sprintf("%s was taken for %s. SePay's page says that bank takes aliases, and not which: there the picture may be a web page.", quote(name), b.ShortName),
		Hint:   "Send bank=" + b.ShortName + ", or its code " + b.Code + " or BIN " + b.BIN + ".", Source: pageImage,
	})
}

// noteLogo records a link to an unknown logo.
func noteLogo(x *surface.Exchange, name string) {
	detail := "There is no logo " + quote(name) + "."
	if b, ok := vietqr.Lookup(strings.TrimSuffix(name, "-icon")); ok {
		detail += " That of " + b.ShortName + " is " + logoPath + b.Code + pngName + " at qr.sepay.vn, and " + dashboardPath + strings.ToLower(b.ShortName) + pngName + " at my.sepay.vn; case counts."
	}
	x.Note(finding.Finding{
		Code: "qr.unknown_logo", Severity: finding.Warning, Title: "There is no such logo", Detail: detail,
		Hint: "Take the code or the short_name from /banks.json. The pictures here are plain tiles, not the banks' marks.", Source: pageBanks,
	})
}

// noteBank records what a transfer to this bank needs.
func noteBank(x *surface.Exchange, b vietqr.Bank, memo string) {
	if !b.Supported {
		x.Note(finding.Finding{
			Code: "qr.bank_not_supported", Severity: finding.Warning, Title: "SePay's list does not support the bank",
			Detail: b.ShortName + " is none of the 23 banks that the QR page supports, by its list of August 2026: there the picture may be a web page, and payers' apps may refuse the code.",
			Hint:   "Offer only banks with supported true.", Source: pageBanks,
		})
	}
	if b.Code == "ICB" && !strings.Contains(memo, "SEVQR") {
		x.Note(finding.Finding{
			Code: "qr.memo_without_sevqr", Severity: finding.Warning, Title: "VietinBank needs SEVQR in the memo",
			Detail: "For individuals and business households VietinBank tells SePay only of transfers whose memo has SEVQR in it. Without it there is no webhook.",
			Hint:   "Begin des with SEVQR, e.g. \"SEVQR DH001\". Enterprises need not.", Source: pageForm,
		})
	}
}
