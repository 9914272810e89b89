//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// setGroup lets what a shell starts be ended with it.
func setGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
