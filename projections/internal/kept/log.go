package kept

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"

	"github.com/klauspost/compress/s2"
)

// Entry is one change of a model's rows: a row by its key, a row without a key of a table that is only added to, or, with a
// nil Tuple, a key that was deleted.
type Entry struct {
	Table byte
	Key   string
	Tuple []byte
}

// Place is how much of a log counts, as it lies on disk, and the checksum of that much.
type Place struct {
	Bytes int64  `json:"bytes"`
	Sum   uint32 `json:"crc32c"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Log is the changes of one model's rows in the order they were made, compressed: rows repeat much, and a long rebuild keeps many
// of them. It is written by one goroutine; an error stays, and is told by Place.
type Log struct {
	file *os.File
	pack *s2.Writer // into the log itself
	sum  hash.Hash32
	size int64
	head []byte
	err  error
}

func newLog(path string) (*Log, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("kept rebuild: %w", err)
	}
	l := &Log{file: f, sum: crc32.New(castagnoli)}
	l.pack = s2.NewWriter(packed{l}, s2.WriterConcurrency(1), s2.WriterBlockSize(256<<10))
	return l, nil
}

// packed is where compressed blocks go.
type packed struct{ *Log }

func (p packed) Write(b []byte) (int, error) {
	_, _ = p.sum.Write(b) // cannot fail
	n, err := p.file.Write(b)
	p.size += int64(n)
	return n, err
}

// Add notes a change. Tuple and key are copied.
func (l *Log) Add(e Entry) {
	if l.err != nil {
		return
	}
	h := append(l.head[:0], e.Table)
	h = binary.AppendUvarint(h, uint64(len(e.Key)))
	h = append(h, e.Key...)
	if e.Tuple == nil {
		h = binary.AppendUvarint(h, 0)
	} else {
		h = binary.AppendUvarint(h, uint64(len(e.Tuple))+1)
	}
	l.head = h
	l.write(h)
	l.write(e.Tuple)
}

func (l *Log) write(b []byte) {
	if l.err == nil {
		_, l.err = l.pack.Write(b)
	}
}

// Place hands everything to the system and tells where the log stands. The disk has it after sync.
func (l *Log) Place() (Place, error) {
	if l.err == nil {
		l.err = l.pack.Flush()
	}
	if l.err != nil {
		return Place{}, fmt.Errorf("kept rebuild: %w", l.err)
	}
	return Place{l.size, l.sum.Sum32()}, nil
}

func (l *Log) sync() error { return l.file.Sync() }

func (l *Log) close() error { return l.file.Close() }

// errTorn: the log is not what was noted of it.
var errTorn = errors.New("the rows it kept on disk are damaged")

// Replay gives the changes up to a place, drops what follows it, and leaves the log ready to be added to. The place is
// checked at the end: only when Replay returns nil was everything that it gave as it had been written.
func (l *Log) Replay(to Place, give func(Entry) error) error {
	if _, err := l.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("kept rebuild: %w", err)
	}
	counted := &counter{to: l.sum}
	r := reader{in: bufio.NewReaderSize(s2.NewReader(io.TeeReader(io.LimitReader(l.file, to.Bytes), counted)), 256<<10)}
	for {
		e, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := give(e); err != nil {
			return err
		}
	}
	if l.size = counted.bytes; l.size != to.Bytes || l.sum.Sum32() != to.Sum {
		return errTorn
	}
	if err := l.file.Truncate(to.Bytes); err != nil {
		return fmt.Errorf("kept rebuild: %w", err)
	}
	_, err := l.file.Seek(to.Bytes, io.SeekStart)
	return err
}

// counter counts what is written to it.
type counter struct {
	to    io.Writer
	bytes int64
}

func (c *counter) Write(b []byte) (int, error) {
	c.bytes += int64(len(b))
	return c.to.Write(b)
}

// reader takes entries apart.
type reader struct {
	in    *bufio.Reader
	tuple []byte
	key   []byte
}

const longest = 1 << 30 // of a key or a row; what is longer is damage

// next gives an entry whose tuple is good until the next. io.EOF is the end between two entries.
func (r *reader) next() (Entry, error) {
	table, err := r.in.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		return Entry{}, err
	case err != nil:
		return Entry{}, errTorn
	}
	n, err := r.length()
	if err != nil {
		return Entry{}, errTorn
	}
	if r.key, err = r.bytes(r.key, n); err != nil {
		return Entry{}, errTorn
	}
	e := Entry{Table: table, Key: string(r.key)}
	if n, err = r.length(); err != nil {
		return Entry{}, errTorn
	}
	if n == 0 {
		return e, nil
	}
	if r.tuple, err = r.bytes(r.tuple, n-1); err != nil {
		return Entry{}, errTorn
	}
	e.Tuple = r.tuple
	return e, nil
}

func (r *reader) length() (uint64, error) {
	n, err := binary.ReadUvarint(r.in)
	if n > longest {
		return 0, errTorn
	}
	return n, err
}

func (r *reader) bytes(room []byte, n uint64) ([]byte, error) {
	if uint64(cap(room)) < n {
		room = make([]byte, n)
	}
	room = room[:n]
	_, err := io.ReadFull(r.in, room)
	return room, err
}
