//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// The README's sessions and snippets run as they stand there. A comment before
// a fence says to which script it belongs, and what it is:
//
//	<!-- run: ladder -->             a session ("$ command", then what it prints), or commands
//	<!-- run: ladder file=shop.mjs -->   a file that the session needs
//	<!-- run: ladder prints=shop.mjs --> what the process of that file printed by then
//	<!-- run: ladder out=none -->     commands whose output is not shown
//	<!-- run: ladder do=COMMAND -->   no fence: what a reader does between two of them
//	<!-- go: name -->                 a Go snippet, compiled and run as a test
//
// Times, ids and other things that differ from run to run are compared by their
// form; a line "…" stands for any lines.

// block is one fence of the README.
type block struct {
	line                    int
	name, kind, value, text string
}

var marker = regexp.MustCompile(`^<!-- (run|go): (\S+)(?: (file|prints|out|do)=(.+?))? -->$`)

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); i++ {
		m := marker.FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		b := block{line: i + 2, name: m[2], kind: m[3], value: m[4]}
		if m[1] == "go" {
			b.kind = "go"
		}
		if b.kind == "do" {
			out = append(out, b)
			continue
		}
		for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
			if lines[i] != "" {
				t.Fatalf("README.md:%d: no fence after the comment", i+1)
			}
		}
		for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
			b.text += lines[i] + "\n"
		}
		out = append(out, b)
	}
	if len(out) == 0 {
		t.Fatal("the README has no block that is run")
	}
	return out
}

func TestWhatTheREADMEShowsIsWhatHappens(t *testing.T) {
	dir := t.TempDir()
	scripts := map[string]bool{}
	for _, b := range readmeBlocks(t) {
		if b.kind != "go" {
			scripts[b.name] = true
		}
	}
	for name := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name+".txt"), []byte("readme "+name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	blocks := readmeBlocks(t)
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"readme": func(ts *testscript.TestScript, _ bool, args []string) {
				s := &session{ts: ts, ports: map[string]string{}}
				defer s.end()
				for _, b := range blocks {
					if b.name == args[0] && b.kind != "go" {
						s.run(b)
					}
				}
			},
		},
	})
}

// session is one shell in which the blocks of a script run.
type session struct {
	ts    *testscript.TestScript
	shell *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	// ports are free ones in the place of those that the README names.
	ports map[string]string
	count int
}

var namedPort = regexp.MustCompile(`\b(8787|8788|3000|4004)\b`)

// own puts free ports in the place of the README's.
func (s *session) own(text string) string {
	return namedPort.ReplaceAllStringFunc(text, func(port string) string {
		if s.ports[port] == "" {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			s.ts.Check(err)
			_, s.ports[port], _ = net.SplitHostPort(l.Addr().String())
			s.ts.Check(l.Close())
		}
		return s.ports[port]
	})
}

func (s *session) run(b block) {
	where := fmt.Sprintf("README.md:%d", b.line)
	switch b.kind {
	case "file":
		s.ts.Check(os.WriteFile(s.ts.MkAbs(b.value), []byte(s.own(b.text)), 0o600))
		return
	case "prints":
		s.prints(where, b)
		return
	case "do":
		b.text = b.value
	}
	shown := strings.HasPrefix(b.text, "$ ")
	if !shown {
		b.text = "$ " + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(b.text), "\\\n", ""), "\n", "\n$ ") + "\n"
	} else {
		b.text = strings.ReplaceAll(b.text, "\\\n", "")
	}
	command, want := "", ""
	for _, line := range append(strings.Split(strings.TrimRight(b.text, "\n"), "\n"), "$ ") {
		next, is := strings.CutPrefix(line, "$ ")
		if !is {
			want += line + "\n"
			continue
		}
		if command != "" {
			got, log := s.do(command)
			switch {
			case b.kind != "" || !shown:
			case log != "" && want != "":
				s.prints(where+": "+command, block{value: log, text: want})
			case log == "":
				s.compare(where+": "+command, want, got)
			}
		}
		command, want = next, ""
	}
}

// prints waits until a process in the background has printed what is expected.
func (s *session) prints(where string, b block) {
	var got string
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		text, err := os.ReadFile(s.ts.MkAbs(b.value + ".log"))
		s.ts.Check(err)
		if got = string(text); same(b.text, s.theirs(got)) == "" {
			return
		}
		<-tick.C
	}
	s.compare(where, b.text, got)
}

// theirs puts the README's ports back.
func (s *session) theirs(text string) string {
	for port, own := range s.ports {
		text = regexp.MustCompile(`([:=]|listen\()`+own+`\b`).ReplaceAllString(text, "${1}"+port)
	}
	return text
}

func (s *session) compare(where, want, got string) {
	if diff := same(want, s.theirs(got)); diff != "" {
		s.ts.Fatalf("%s: (-README +here)\n%s\nall of it:\n%s", where, diff, got)
	}
}

var comment = regexp.MustCompile(`\s{2,}#.*$`)

var background = regexp.MustCompile(`^(.*\S)\s*&(?:\s*#.*)?$`)

// commandTime is how long one command may take.
const commandTime = 2 * time.Minute

// do runs a command and returns what it printed. One in the background prints
// into a log that is called after its last word, and is waited for until it
// listens.
func (s *session) do(command string) (printed, log string) {
	if s.shell == nil {
		s.begin()
	}
	command = strings.ReplaceAll(s.own(command), "go run ./cmd/localsepay", "localsepay")
	command = strings.TrimSpace(comment.ReplaceAllString(command, ""))
	m := background.FindStringSubmatch(command)
	if serves := regexp.MustCompile(`^localsepay serve|\bnode \S+\.m?js$`); m == nil && serves.MatchString(command) {
		m = []string{command, command} // the reader has a second terminal for the rest
	}
	if m != nil {
		words := strings.Fields(m[1])
		log = strings.Trim(filepath.Base(words[len(words)-1]), `"'`)
		if strings.HasPrefix(m[1], "localsepay serve") {
			log = "localsepay"
		}
		command = fmt.Sprintf("%s > %s.log 2>&1 < /dev/null &", m[1], log)
	}
	s.count++
	end := fmt.Sprintf("end-of-command-%d", s.count)
	_, err := fmt.Fprintf(s.in, "%s\necho; echo %s\n", command, end)
	s.ts.Check(err)
	var out strings.Builder
	stop := time.AfterFunc(commandTime, func() { killGroup(s.shell) })
	defer stop.Stop()
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			s.ts.Fatalf("%s: the shell ended: %v\n%s", command, err, out.String())
		}
		if strings.TrimSpace(line) == end {
			break
		}
		out.WriteString(line)
	}
	if m != nil {
		s.awaitPorts(m[1])
	}
	return strings.TrimSuffix(out.String(), "\n"), log
}

// awaitPorts waits until a process in the background listens where it will.
func (s *session) awaitPorts(command string) {
	port := s.ports["3000"]
	switch {
	case strings.Contains(command, "contract twin"):
		port = s.ports["8788"]
	case strings.HasPrefix(command, "localsepay serve"):
		port = s.ports["8787"]
	case strings.Contains(command, "PORT="):
		port = s.ports["4004"]
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 1500 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = c.Close()
			return
		}
		<-tick.C
	}
	s.ts.Fatalf("%s does not listen on port %s", command, port)
}

func (s *session) begin() {
	s.own("8787 8788 3000 4004")
	s.shell = exec.Command("bash", "--noprofile", "--norc")
	s.shell.Dir = s.ts.MkAbs(".")
	s.shell.Env = append(os.Environ(), "HOME="+s.ts.MkAbs("."), "XDG_RUNTIME_DIR="+s.ts.MkAbs("run"), "XDG_CONFIG_HOME="+s.ts.MkAbs("config"), "LOCALSEPAY_SEED=1", "LOCALSEPAY_LISTEN=127.0.0.1:"+s.ports["8787"], "LOCALSEPAY_TWIN_LISTEN=127.0.0.1:"+s.ports["8788"],
		"PATH="+s.ts.Getenv("PATH"), "NO_PROXY=*", "ROOT="+rootFolder())
	var err error
	s.in, err = s.shell.StdinPipe()
	s.ts.Check(err)
	r, w, err := os.Pipe()
	s.ts.Check(err)
	s.shell.Stdout, s.shell.Stderr = w, w
	setGroup(s.shell)
	s.ts.Check(s.shell.Start())
	s.ts.Check(w.Close())
	s.out = bufio.NewReader(r)
}

// rootFolder is the project's own.
func rootFolder() string {
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return "."
	}
	return dir
}

// end ends the shell and all that it left running.
func (s *session) end() {
	if s.shell == nil {
		return
	}
	_ = s.in.Close()
	killGroup(s.shell)
	if err := s.shell.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		s.ts.Logf("the shell: %v", err)
	}
}

// changing is what differs from run to run, and its form.
var changing = []struct {
	form *regexp.Regexp
	as   string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?[+-]\d\d:\d\d)?`), "TIME"},
	{regexp.MustCompile(`\b\d\d:\d\d:\d\d\b`), "TIME"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`\b\d+(?:\.\d+)?(?:ms|µs|s)\b|\bin \d+ ms\b`), "SPAN"},
	{regexp.MustCompile(`\(seed \d+\)|seed \d+`), "SEED"},
	{regexp.MustCompile(`\bPAY\d{4}[0-9A-F]{13}\b|SP-TEST-[0-9A-Z]+-[0-9A-F]{13}`), "ORDER"},
	{regexp.MustCompile(`sha256=[0-9a-f]{64}`), "SIGNATURE"},
	{regexp.MustCompile(`eyJ[\w-]+\.[\w-]+(?:\.[\w-]+|…)`), "JWT"},
	{regexp.MustCompile(`def50200[0-9a-f]+`), "REFRESH"},
	{regexp.MustCompile(`\b1[0-9]{9}\b`), "SECONDS"},
	{regexp.MustCompile(`\bdevel\b|v0\.0\.0-\S+`), "VERSION"},
	{regexp.MustCompile(`[ \t]+`), " "},
}

func plainForm(text string) []string {
	for _, c := range changing {
		text = c.form.ReplaceAllString(text, c.as)
	}
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// same compares what is shown with what happened; "…" alone on a line stands for
// any lines, at the end of a line for its rest.
func same(want, got string) string {
	w, g := plainForm(want), plainForm(got)
	if matches(w, g) {
		return ""
	}
	return cmp.Diff(w, g)
}

func matches(want, got []string) bool {
	switch {
	case len(want) == 0:
		return len(got) == 0
	case want[0] == "…":
		for i := range len(got) + 1 {
			if matches(want[1:], got[i:]) {
				return true
			}
		}
		return false
	case len(got) == 0:
		return false
	}
	begin, rest := strings.CutSuffix(want[0], "…")
	if want[0] != got[0] && !(rest && strings.HasPrefix(got[0], strings.TrimSpace(begin))) {
		return false
	}
	return matches(want[1:], got[1:])
}
