package store

// Pages are read in one go and copied, so that sending them holds nothing open.
const (
	pageEvents = 512
	pageBytes  = 1 << 20
	firstPage  = 32
)

// pageLimit counts down what a page may still take; its first event always fits.
type pageLimit struct {
	events, bytes int
	taken         bool
}

func newPageLimit(events int) pageLimit {
	return pageLimit{events: min(max(events, 1), pageEvents), bytes: pageBytes}
}

func (l *pageLimit) take(size int) bool {
	if l.events == 0 || (l.taken && l.bytes < size) {
		return false
	}
	l.events--
	l.bytes -= size
	l.taken = true
	return true
}

// arena copies event after event into few allocations.
type arena struct{ buf []byte }

func (a *arena) copy(b []byte) []byte {
	if cap(a.buf)-len(a.buf) < len(b) {
		a.buf = make([]byte, 0, max(len(b), min(64<<10, max(2<<10, 2*cap(a.buf)))))
	}
	from := len(a.buf)
	a.buf = append(a.buf, b...)
	return a.buf[from:len(a.buf):len(a.buf)]
}
