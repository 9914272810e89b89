package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/process"
)

// used is the processor time of a process, in seconds: its own and that of the
// system on its behalf. Linux counts it in hundredths.
func used(ctx context.Context, p *process.Process) (float64, error) {
	t, err := p.TimesWithContext(ctx)
	if err != nil {
		return 0, fmt.Errorf("processor time of process %d: %w", p.Pid, err)
	}
	return t.User + t.System, nil
}

// resident is the memory of the process, in MiB.
func (s *server) resident(ctx context.Context) (float64, error) {
	m, err := s.account.MemoryInfoWithContext(ctx)
	if err != nil {
		return 0, fmt.Errorf("memory of %s: %w", s.name, err)
	}
	return float64(m.RSS) / (1 << 20), nil
}

// watch looks at the memory until the returned function is called, which returns
// the most that was seen, in MiB. Linux keeps the peak itself.
func (s *server) watch(ctx context.Context) (peak func() float64) {
	var most float64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			if now, err := s.resident(ctx); err == nil {
				most = max(most, now)
			}
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	return func() float64 {
		close(done)
		<-ended
		return max(most, kernelPeak(s.cmd.Process.Pid))
	}
}

// kernelPeak is Linux's VmHWM in MiB, and 0 elsewhere.
func kernelPeak(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kib / 1024
		}
	}
	return 0
}

const (
	// quietShare is how much of the processors others may use beside a measurement.
	quietShare = 0.10
	// moment is how long that is watched, quietPatience how long it is waited for.
	moment        = 500 * time.Millisecond
	quietPatience = 30 * time.Second
)

// others is the share of all processors that neither stood still nor worked for
// this process, over a moment. It counts what a hypervisor gave to other machines.
func others(ctx context.Context, self *process.Process) (float64, error) {
	before, err := busy(ctx, self)
	if err != nil {
		return 0, err
	}
	select {
	case <-time.After(moment):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	after, err := busy(ctx, self)
	if err != nil {
		return 0, err
	}
	all := after.all - before.all
	if all <= 0 {
		return 0, nil
	}
	return max(0, (after.others-before.others)/all), nil
}

// seconds are processor time: of all, and of others than this process.
type seconds struct{ all, others float64 }

func busy(ctx context.Context, self *process.Process) (seconds, error) {
	list, err := cpu.TimesWithContext(ctx, false)
	if err != nil || len(list) == 0 {
		return seconds{}, fmt.Errorf("processor time of the machine: %w", err)
	}
	own, err := used(ctx, self)
	if err != nil {
		return seconds{}, err
	}
	t := list[0]
	work := t.User + t.System + t.Nice + t.Irq + t.Softirq + t.Steal
	return seconds{work + t.Idle + t.Iowait, work - own}, nil
}

// waitQuiet waits until others use few of the processors, and returns whether
// they do. It returns true where that cannot be found out.
func (b *bench) waitQuiet(ctx context.Context) bool {
	end := time.Now().Add(quietPatience)
	for {
		share, err := others(ctx, b.self)
		switch {
		case err != nil || share < quietShare:
			return ctx.Err() == nil
		case b.config.Quick || time.Now().After(end):
			return false
		}
	}
}
