package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"

	"github.com/localsepay/localsepay/openapi/input"
)

// identity is what makes the credentials and ids of a user's localsepay: drawn
// at the first start and kept, so that yesterday's .env works and nobody else
// knows it.
type identity struct {
	// Seed makes the credentials.
	Seed uint64 `json:"seed"`
	// NextTransaction is an id that no start has used yet.
	NextTransaction int64 `json:"next_transaction"`
}

// Transactions count from a number in this range. A start reserves so many ids, in
// case that it cannot say how far it came, and gives back those it did not use.
const (
	leastFirst = 100_000_000
	mostFirst  = 900_000_000
	roomOfIDs  = 100_000
)

// identityFile is where it is kept: the file of the flag, else one in the user's
// own configuration folder.
func identityFile(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "localsepay", "identity.json"), err
}

// draw makes a new identity.
func draw() identity {
	below := func(n int64) int64 {
		drawn, _ := rand.Int(rand.Reader, big.NewInt(n)) // the reader never fails
		return drawn.Int64()
	}
	return identity{Seed: uint64(below(input.MaxID)), NextTransaction: leastFirst + below(mostFirst-leastFirst)}
}

// usable says that a file's content is an identity.
func (i identity) usable() bool {
	return i.Seed <= input.MaxID && i.NextTransaction >= leastFirst && i.NextTransaction < input.MaxID-roomOfIDs
}

// takeIdentity reads the kept identity, or draws one, and keeps it with its next
// room of ids. The error says that it could not be kept; the identity is good
// for this start then.
func takeIdentity(file string, fresh bool) (identity, error) {
	kept, err := readIdentity(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !fresh {
		return draw(), fmt.Errorf("%s cannot be read: %w", file, err)
	}
	if err != nil || fresh {
		kept = draw()
	}
	next := kept
	next.NextTransaction += roomOfIDs
	return kept, keepIdentity(file, next)
}

func readIdentity(file string) (kept identity, err error) {
	text, err := readWhole(file)
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err == nil && !kept.usable() {
		err = errors.New("it is no identity of localsepay; --fresh draws another")
	}
	return kept, err
}

func keepIdentity(file string, i identity) error {
	text, err := json.Marshal(i)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	const own = 0o600
	return replace(file, own, true, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// usedIDs keeps that ids up to last were used by the start of an identity.
func usedIDs(file string, of identity, last int64) error {
	kept, err := readIdentity(file)
	if err != nil || kept.Seed != of.Seed || kept.NextTransaction != of.NextTransaction+roomOfIDs && last < kept.NextTransaction {
		return nil // another start took over
	}
	kept.NextTransaction = last + 1
	return keepIdentity(file, kept)
}

// drawToken makes a control token.
func drawToken() string {
	var b [24]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
