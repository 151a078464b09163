package domaintest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// Failure runs a case aside and gives what it complains about, or "" when it passes.
func (c Check) Failure(t testing.TB) string {
	t.Helper()
	var b listener
	b.TB = t
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.run(&b)
	}()
	<-done
	return strings.Join(b.told, "\n")
}

// Where is the place of the case.
func (c Check) Where() string { return c.where }

// listener hears failures instead of failing.
type listener struct {
	testing.TB
	told []string
}

func (l *listener) Helper() {}

func (l *listener) Errorf(format string, args ...any) {
	l.told = append(l.told, fmt.Sprintf(format, args...))
}

func (l *listener) Fatalf(format string, args ...any) {
	l.Errorf(format, args...)
	runtime.Goexit()
}
