package vietqr

import "strings"

// payee reads the payee: NAPAS's tag 38 if present, else VNPAY's tag 26, else
// the first of another network, such as a wallet's.
func (r *reader) payee(root []part) error {
	var tags []string
	best, rank := part{}, 0
	for _, x := range root {
		if !merchantTag(x.tag) {
			continue
		}
		tags = append(tags, x.tag)
		if n := rankOf(x); n > rank {
			best, rank = x, n
		}
	}
	if rank == 0 {
		return &Error{Err: ErrUnsupported, Offset: -1, Detail: "there is neither tag 38 (NAPAS) nor another one from 26 to 51 with a payee"}
	}
	if len(tags) > 1 {
		r.note(NoteMerchants, best.tag, "There are payees in the tags %s; %s counts.", strings.Join(tags, ", "), best.tag)
	}
	switch rank {
	case rankNAPAS:
		return r.napas(best)
	case rankVNPAY:
		return r.vnpay(best)
	}
	return r.wallet(best)
}

const (
	rankWallet = iota + 1
	rankVNPAY
	rankNAPAS
)

// rankOf returns the rank of a payee tag's network, by the id at its start.
func rankOf(x part) int {
	switch {
	case x.tag == tagNAPAS && strings.HasPrefix(x.value, object("00", guidNAPAS)):
		return rankNAPAS
	case x.tag == tagVNPAY && strings.HasPrefix(x.value, object("00", guidVNPAY)):
		return rankVNPAY
	}
	return rankWallet
}

func (r *reader) napas(x part) error {
	parts, err := r.split(x)
	if err != nil {
		return err
	}
	beneficiary, ok := find(parts, "38-01")
	if !ok {
		return &Error{Err: ErrUnsupported, Tag: "38-01", Offset: x.offset, Detail: "there is no beneficiary"}
	}
	inner, err := r.split(beneficiary)
	if err != nil {
		return err
	}
	bin, _ := find(inner, "38-01-00")
	account, ok := find(inner, "38-01-01")
	if !ok {
		return &Error{Err: ErrUnsupported, Tag: "38-01-01", Offset: beneficiary.offset, Detail: "there is no account"}
	}
	service, _ := find(parts, "38-02")
	r.p.BIN, r.p.Account, r.p.Service = bin.value, account.value, Service(service.value)
	return nil
}

func (r *reader) vnpay(x part) error {
	parts, err := r.split(x)
	merchant, _ := find(parts, "26-01")
	r.p.Network, r.p.Account = VNPAY, merchant.value
	return err
}

// wallet reads the id and merchant of an unknown network. Its other data is
// ignored.
func (r *reader) wallet(x part) error {
	parts, err := r.split(x)
	if err != nil {
		return err
	}
	guid, _ := find(parts, x.tag+"-00")
	merchant, _ := find(parts, x.tag+"-01")
	r.p.Network, r.p.Tag, r.p.GUID, r.p.Account = Wallet, x.tag, guid.value, merchant.value
	r.note(NoteWallet, x.tag, "Tag %s belongs to the network %q, which is not NAPAS's: only its own app can pay this code.", x.tag, guid.value)
	return nil
}
