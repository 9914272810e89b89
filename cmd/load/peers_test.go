package main

import (
	"testing"
)

func TestAPeerThatCannotBeInstalledIsSkippedWithTheReason(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	b := &bench{config: config{Cache: t.TempDir(), Rounds: 1}}
	for i, m := range peerRows() {
		rows, err := m.run(t.Context(), b)
		if err != nil || len(rows) != 1 || rows[0].Skipped == "" || rows[0].Name != m.names[0] {
			t.Errorf("%s: %+v %v", peers[i].name, rows, err)
		}
	}
}
