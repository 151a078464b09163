package pglocal

import "syscall"

// stopWithUs has the kernel send a fast shutdown when docket dies without
// stopping the server itself.
func stopWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
