package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// wrkScript cycles through the requests of a file, each behind its length, and
// counts answers with a status that is not expected.
const wrkScript = `
local requests, at = {}, 0
bad = 0
local file = assert(io.open(%q, "rb"))
while true do
  local length = file:read("*n")
  if not length then break end
  file:read(1)
  requests[#requests + 1] = file:read(length)
end
file:close()

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function request()
  at = at %% #requests + 1
  return requests[at]
end

function response(status)
  if status ~= %d then bad = bad + 1 end
end

function done(summary, latency)
  local wrong, e = 0, summary.errors
  for _, t in ipairs(threads) do wrong = wrong + t:get("bad") end
  print(string.format("volley requests=%%d micros=%%d wrong=%%d failed=%%d",
    summary.requests, summary.duration, wrong, e.connect + e.read + e.write + e.timeout))
end
`

// wrk is a path of the program of that name; empty is none.
type wrk string

// findWrk looks for wrk, as --with says: auto, wrk or own.
func findWrk(with string) (wrk, error) {
	if with == "own" {
		return "", nil
	}
	path, err := exec.LookPath("wrk")
	if err != nil && with == "wrk" {
		return "", errors.New("wrk is not on the path")
	}
	return wrk(path), nil
}

// able returns whether wrk can send a plan as long: it knows whole seconds and
// repeated requests.
func (w wrk) able(p plan, e extent) bool {
	return w != "" && p.next == nil && !p.fresh && e.requests == 0 && e.duration >= time.Second
}

var volleyLine = pattern.Lazy(`(?m)^volley requests=(\d+) micros=(\d+) wrong=(\d+) failed=(\d+)$`)

// fire loads an address as the function of that name does.
func (w wrk) fire(ctx context.Context, dir, address string, p plan, connections int, e extent) (volley, error) {
	dir, err := os.MkdirTemp(dir, "wrk")
	if err != nil {
		return volley{}, err
	}
	defer os.RemoveAll(dir)
	requests, script := filepath.Join(dir, "requests"), filepath.Join(dir, "requests.lua")
	var text []byte
	for _, r := range p.cycle {
		text = append(fmt.Appendf(text, "%d\n", len(r)), r...)
	}
	if err := os.WriteFile(requests, text, 0o600); err != nil {
		return volley{}, err
	}
	if err := os.WriteFile(script, fmt.Appendf(nil, wrkScript, requests, p.status), 0o600); err != nil {
		return volley{}, err
	}
	threads := min(connections, max(1, runtime.NumCPU()/2))
	cmd := exec.CommandContext(ctx, string(w),
		"--threads", strconv.Itoa(threads), "--connections", strconv.Itoa(connections),
		"--duration", fmt.Sprintf("%ds", int(math.Round(e.duration.Seconds()))), "--timeout", "30s", "--script", script, "http://"+address)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return volley{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	return readWrk(string(out), p.status)
}

// readWrk reads what the script printed.
func readWrk(out string, status int) (volley, error) {
	m := volleyLine().FindStringSubmatch(out)
	if m == nil {
		return volley{}, fmt.Errorf("wrk prints no result:\n%s", out)
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // digits
	}
	if n[2] > 0 || n[3] > 0 {
		return volley{}, fmt.Errorf("of %d requests, %d were not answered with %d, and %d not at all", n[0], n[2], status, n[3])
	}
	return volley{n[0], time.Duration(n[1]) * time.Microsecond}, nil
}
