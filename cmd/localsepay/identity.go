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

// identity determines the credentials and ids of a user's localsepay. It is
// random and saved at the first start, so that an old .env keeps working and
// nobody else knows the credentials.
type identity struct {
	// Seed determines the credentials.
	Seed uint64 `json:"seed"`
	// NextTransaction is an id that no start has used yet.
	NextTransaction int64 `json:"next_transaction"`
}

// Transaction ids start in this range. A start reserves a block of ids, in case it
// cannot record how many it used, and returns the unused ones.
const (
	leastFirst = 100_000_000
	mostFirst  = 900_000_000
	roomOfIDs  = 100_000
)

// identityFile returns the file of the flag, or one in the user's configuration
// folder.
func identityFile(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "localsepay", "identity.json"), err
}

// draw makes a new random identity.
func draw() identity {
	below := func(n int64) int64 {
		drawn, _ := rand.Int(rand.Reader, big.NewInt(n)) // the reader never fails
		return drawn.Int64()
	}
	return identity{Seed: uint64(below(input.MaxID)), NextTransaction: leastFirst + below(mostFirst-leastFirst)}
}

// usable returns whether a file's content is a valid identity.
func (i identity) usable() bool {
	return i.Seed <= input.MaxID && i.NextTransaction >= leastFirst && i.NextTransaction < input.MaxID-roomOfIDs
}

// loadIdentity reads the saved identity, or creates one, and saves it with its
// next block of ids. An error says that it could not be saved; the identity is
// still usable for this start.
func loadIdentity(file string, fresh bool) (identity, error) {
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

// usedIDs saves that the start of an identity used ids up to last.
func usedIDs(file string, of identity, last int64) error {
	kept, err := readIdentity(file)
	if err != nil || kept.Seed != of.Seed || kept.NextTransaction != of.NextTransaction+roomOfIDs && last < kept.NextTransaction {
		return nil // another start took over
	}
	kept.NextTransaction = last + 1
	return keepIdentity(file, kept)
}

// newToken makes a random control token.
func newToken() string {
	var b [24]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
