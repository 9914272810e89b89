package qr

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/surface"
	"github.com/localsepay/localsepay/emulator/vietqr"
)

// The pages that say so.
const (
	pageImage  = "https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code"
	pageForm   = "https://developer.sepay.vn/vi/sepay-webhooks/tao-qr-va-form-thanh-toan"
	pageBanks  = "https://qr.sepay.vn/banks.json"
	pageFormat = "https://github.com/subiz/vietqr"
	pageOthers = "https://www.vietqr.io/qr-dong"
)

// longestQuote is how much of what a client sent is repeated, in bytes.
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
	return bad("invalid_amount", "The amount "+quote(text)+" is no whole number of VND.", "Send digits only, thirteen at most, without separators; leave it out to let the payer type it.")
}

// errAccount explains why an account cannot be in a code: all else was checked.
func errAccount(err error) *failure {
	return bad("invalid_account", fmt.Sprintf("The account cannot be in a VietQR code: %v.", err), "Send letters and digits only, nineteen at most.")
}

// noteRefused tells the developer what the answer hides.
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
		Detail: fmt.Sprintf("The template %s is none of SePay's. The framed picture was drawn; what the real service does is not known.", quote(name)),
		Hint:   "Use compact, qronly, standee or no template. compact2, print and qr_only belong to img.vietqr.io, another service.",
		Source: pageImage,
	})
}

// foreign are parameters of img.vietqr.io, which guides mix up with SePay's.
var foreign = [...]struct{ name, instead string }{
	{"addInfo", "des"}, {"accountName", "holder"}, {"accountNo", "acc"}, {"acqId", "bank"}, {"memo", "des"}, {"content", "des"},
}

func noteForeign(x *surface.Exchange, p params) {
	for _, f := range foreign {
		if !p.query.Has(f.name) {
			continue
		}
		x.Note(finding.Finding{
			Code: "qr.foreign_parameter", Severity: finding.Warning, Title: "A parameter of another service",
			Detail: fmt.Sprintf("%s is not a parameter of SePay's pictures and was ignored; other services, such as img.vietqr.io, have parameters like it.", f.name),
			Hint:   "Send " + f.instead + ".", Source: pageOthers,
		})
	}
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
		Detail: fmt.Sprintf("VietQR has room for %d characters; of %s the code holds %q. What the real service does is not known.", vietqr.MaxMemo, quote(memo), cut),
		Hint:   "Put the payment code at the beginning of des, and keep des short.", Source: pageFormat,
	})
}

func noteFolded(x *surface.Exchange, des, memo string) {
	x.Note(finding.Finding{
		Code: "qr.memo_folded", Severity: finding.Note, Title: "The memo was written in ASCII",
		Detail: fmt.Sprintf("A VietQR code holds no diacritics: %s became %q, and so it comes back in the webhook.", quote(des), memo),
		Hint:   "Compare memos without diacritics, or send none.", Source: pageFormat,
	})
}

// noteAlias tells that a name is not one of SePay's.
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

// noteLogo tells that a link to a logo leads nowhere.
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

// noteBank tells what a transfer to this bank needs.
func noteBank(x *surface.Exchange, b vietqr.Bank, memo string) {
	if !b.Supported {
		x.Note(finding.Finding{
			Code: "qr.bank_not_supported", Severity: finding.Warning, Title: "SePay's list does not support the bank",
			Detail: b.ShortName + " is none of the 23 banks that the QR page supports, by a public copy of its list of August 2026: there the picture may be a web page, and payers' apps may refuse the code.",
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
