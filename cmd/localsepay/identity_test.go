package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// oneStart serves, lets money come in, and says with which credential and id.
func oneStart(t *testing.T, args ...string) (token string, id int64, said string) {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	out, errOut, done := &lines{}, &lines{}, make(chan int, 1)
	port := freePort(t)
	go func() {
		done <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:" + port}, args...), out, errOut)
	}()
	defer func() {
		stop()
		if code := <-done; code != 0 && code != 130 {
			t.Errorf("serve ended with %d: %s", code, errOut)
		}
	}()
	url := "http://127.0.0.1:" + port
	if code, _, problem := verb(t, "ready", "--wait", "10s", "--url", url); code != 0 {
		t.Fatalf("it is not ready: %s%s", problem, errOut)
	}
	_, text, _ := verb(t, "state", "--json", "--url", url)
	var state struct {
		Companies []struct {
			APITokens []string `json:"api_tokens"`
		}
	}
	_, moved, _ := verb(t, "transfer", "10000", "--json", "--url", url)
	var transfer struct{ Transfer struct{ ID int64 } }
	var flat struct{ ID int64 }
	if err := json.Unmarshal([]byte(text), &state); err != nil || len(state.Companies) == 0 {
		t.Fatalf("state: %v\n%s", err, text)
	}
	_ = json.Unmarshal([]byte(moved), &transfer)
	_ = json.Unmarshal([]byte(moved), &flat)
	return state.Companies[0].APITokens[0], max(transfer.Transfer.ID, flat.ID), errOut.String()
}

func TestCredentialsAreDrawnForEachUserAndKept(t *testing.T) {
	mine, others := filepath.Join(t.TempDir(), "own", "identity.json"), filepath.Join(t.TempDir(), "identity.json")
	first, id, _ := oneStart(t, "--state-file", mine)
	again, next, _ := oneStart(t, "--state-file", mine)
	if again != first || next <= id || id == 0 || next > id+demoHistory+1 {
		t.Errorf("the next start has token %s and id %d after %s and %d", again, next, first, id)
	}
	if info, err := os.Stat(mine); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	other, otherID, _ := oneStart(t, "--state-file", others)
	if other == first || otherID == id {
		t.Errorf("another user has the same credentials %s, or id %d", other, otherID)
	}
	fresh, _, _ := oneStart(t, "--state-file", mine, "--fresh")
	if fresh == first {
		t.Error("--fresh kept the credentials")
	}
	if kept, _, _ := oneStart(t, "--state-file", mine); kept != fresh {
		t.Error("what --fresh drew was not kept")
	}
}

func TestWithASeedEverythingRepeatsAndNothingIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "identity.json")
	one, id, _ := oneStart(t, "--seed", "7", "--state-file", file)
	two, same, _ := oneStart(t, "--seed", "7", "--state-file", file)
	if one != two || id != same {
		t.Errorf("%s %d, then %s %d", one, id, two, same)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a file was written")
	}
}

func TestAnIdentityThatCannotBeReadIsLeftAlone(t *testing.T) {
	for name, text := range map[string]string{"no JSON": "what?", "another file": `{"name":"shop"}`, "beyond": `{"seed":1,"next_transaction":9223372036854775807}`} {
		file := filepath.Join(t.TempDir(), "identity.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, said := oneStart(t, "--state-file", file)
		if left, _ := os.ReadFile(file); string(left) != text || !strings.Contains(said, "not kept") {
			t.Errorf("%s: the file is %q, and it said %q", name, left, said)
		}
	}
	for _, endless := range []string{"/dev/zero", "/dev/full"} {
		if _, _, said := oneStart(t, "--state-file", endless); !strings.Contains(said, "more than") {
			t.Errorf("%s: %q", endless, said)
		}
	}
	if _, _, said := oneStart(t, "--state-file", "/dev/null/x"); !strings.Contains(said, "not kept") {
		t.Errorf("a folder that cannot be made: %q", said)
	}
}

func TestOffLoopbackATokenIsDrawnAndAWarningGiven(t *testing.T) {
	out := serving(t, "--listen", "0.0.0.0:"+freePort(t)).String()
	if !strings.Contains(out, "control token for them: ") {
		t.Errorf("no token is printed:\n%s", out)
	}
	if quiet := serving(t, "--listen", "127.0.0.1:"+freePort(t)).String(); strings.Contains(quiet, "control token") {
		t.Errorf("a token on loopback:\n%s", quiet)
	}
}
