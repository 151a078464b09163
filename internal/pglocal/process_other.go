//go:build unix && !linux

package pglocal

import "syscall"

// stopWithUs has no counterpart here: after a kill the server runs on until
// the next Start on its folder stops it.
func stopWithUs(*syscall.SysProcAttr) {}
