package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

func TestFaultsAreSetListedAndDisarmed(t *testing.T) {
	sepay := emulator.StartT(t)
	faults := func(args ...string) (int, string, string) {
		return verb(t, append(append([]string{"faults"}, args...), "--url", sepay.URL())...)
	}
	if code, out, _ := faults(); code != 0 || !strings.Contains(out, "No fault is set") {
		t.Errorf("at the start: exit %d, %s", code, out)
	}
	if code, out, errOut := faults("add", `{"name":"twice","when":{"surface":"webhook"},"do":{"duplicate":1}}`); code != 0 || !strings.Contains(out, `fault 1  when {"surface":"webhook"}  do {"duplicate":1}`) {
		t.Errorf("add: exit %d, %s%s", code, out, errOut)
	}
	file := filepath.Join(t.TempDir(), "down.json")
	if err := os.WriteFile(file, []byte("\n{\"do\": {\"status\": 503}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errOut := faults("add", file); code != 0 || !strings.Contains(out, "before") {
		t.Errorf("add a file: exit %d, %s%s", code, out, errOut)
	}
	if code, _, errOut := faults("remove", "1"); code != 0 {
		t.Errorf("remove: exit %d, %s", code, errOut)
	}
	code, out, _ := faults("list", "--json")
	var list control.List[control.Fault]
	if err := json.Unmarshal([]byte(out), &list); code != 0 || err != nil || len(list.Data) != 1 || list.Data[0].ID != 2 {
		t.Errorf("list: exit %d, %v, %s", code, err, out)
	}
	if code, _, errOut := faults("clear"); code != 0 || len(sepay.Faults()) > 0 {
		t.Errorf("clear: exit %d, %s", code, errOut)
	}
	if code, _, errOut := faults("remove", "2"); code != exitFailed {
		t.Errorf("remove what is gone: exit %d, %s", code, errOut)
	}
	if code, _, errOut := faults("add", `{"when":{"surface":"webhok"},"do":{"duplicate":1}}`); code != exitFailed || !strings.Contains(errOut, `did you mean "webhook"?`) {
		t.Errorf("a slip: exit %d, %s", code, errOut)
	}
	if code, _, errOut := faults("add", `{"when":`); code != exitUsage || !strings.Contains(errOut, "hint:") {
		t.Errorf("no JSON: exit %d, %s", code, errOut)
	}
}
