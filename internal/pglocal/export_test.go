package pglocal

import "testing"

// Newest is the choice among installations, for tests with made-up ones.
func Newest(dirs []string, want int) (dir string, major int, err error) {
	i, err := newest(dirs, want)
	return i.dir, i.major, err
}

// SetFallback moves the place for clusters that the server's account could
// not reach. Not for parallel tests.
func SetFallback(t *testing.T, dir string) {
	t.Helper()
	old := fallback
	fallback = dir
	t.Cleanup(func() { fallback = old })
}

// PID is the postmaster's process.
func (s *Server) PID() int { return s.proc.pid }

// Sockets is the folder that holds the server's socket.
func (s *Server) Sockets() string { return s.sockets }
