package caselog

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"docket/internal/importer/mapping"
)

// chunkRows is how many rows are held in memory at once. Logs with more are first distributed over temporary files.
const chunkRows = 250_000

// Log is an indexed log. Close it to remove its temporary files.
type Log struct {
	Digest     string // SHA-256 of the unzipped file, hexadecimal
	Rows       int    // all of them, including those that cannot be read
	Cases      int
	Begin, End time.Time // earliest and latest time of any row
	Homeless   []Row     // rows that belong to no case because they cannot be read

	path      string
	mapping   *mapping.Mapping
	chunkRows int
	places    map[string]int // place of each case in the order of first rows
	chunks    []chunk
	folder    string
}

// chunk is a run of cases, in places [from, to), that fits into memory.
type chunk struct {
	from, to int
	file     string // empty: the log itself
}

// Open reads the log once, to learn which cases there are and when each begins.
func Open(path string, m *mapping.Mapping) (*Log, error) { return open(path, m, chunkRows) }

func open(path string, m *mapping.Mapping, rows int) (*Log, error) {
	l := &Log{path: path, mapping: m, chunkRows: rows}
	if err := l.index(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(l.chunks) > 1 {
		if err := l.distribute(); err != nil {
			return nil, errors.Join(fmt.Errorf("distribute %s: %w", path, err), l.Close())
		}
	}
	return l, nil
}

// index ranks the cases by the time of their first row; those that begin at the same time, by their place in the file.
func (l *Log) index() error {
	type entry struct {
		name              string
		rows, order, line int
		begin             time.Time
		readable          bool
	}
	var entries []*entry
	byName := map[string]*entry{}
	digest, err := l.each(func(r Row) error {
		l.Rows++
		if r.Case == "" {
			l.Homeless = append(l.Homeless, r)
			return nil
		}
		e := byName[r.Case]
		if e == nil {
			e = &entry{name: r.Case, line: r.Line}
			byName[r.Case] = e
			entries = append(entries, e)
		}
		e.rows++
		if r.Fault != nil {
			return nil
		}
		if !e.readable || r.Order < e.order {
			e.readable, e.order, e.begin = true, r.Order, r.At
		}
		if l.Begin.IsZero() || r.At.Before(l.Begin) {
			l.Begin = r.At
		}
		if r.At.After(l.End) {
			l.End = r.At
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.Digest, l.Cases = digest, len(entries)
	slices.SortFunc(entries, func(a, b *entry) int { return cmp.Or(a.begin.Compare(b.begin), a.line-b.line) })
	l.places = make(map[string]int, len(entries))
	current, held := chunk{}, 0
	for i, e := range entries {
		l.places[e.name] = i
		if held > 0 && held+e.rows > l.chunkRows {
			l.chunks = append(l.chunks, current)
			current, held = chunk{from: i}, 0
		}
		current.to, held = i+1, held+e.rows
	}
	l.chunks = append(l.chunks, current)
	return nil
}

// All yields the cases in the order of their first rows. It may be ranged over repeatedly; an error is yielded last.
func (l *Log) All() iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		for _, c := range l.chunks {
			cases, err := l.load(c)
			if err != nil {
				yield(Case{}, err)
				return
			}
			for _, one := range cases {
				if !yield(one, nil) {
					return
				}
			}
		}
	}
}

// load brings the rows of one chunk's cases together.
func (l *Log) load(c chunk) ([]Case, error) {
	cases := make([]Case, c.to-c.from)
	collect := func(r Row) error {
		place, known := l.places[r.Case]
		if r.Case == "" || !known || place < c.from || place >= c.to {
			return nil
		}
		one := &cases[place-c.from]
		one.Name, one.Place = r.Case, place
		one.Rows = append(one.Rows, r)
		return nil
	}
	var err error
	if c.file == "" {
		_, err = l.each(collect)
	} else {
		err = l.eachOf(c.file, collect)
	}
	if err != nil {
		return nil, err
	}
	for _, one := range cases {
		slices.SortStableFunc(one.Rows, func(a, b Row) int { return a.Order - b.Order })
	}
	return cases, nil
}

// each reads the log and returns the digest of its unzipped bytes.
func (l *Log) each(f func(Row) error) (string, error) {
	digest := sha256.New()
	err := readCSV(l.path, digest, func(header []string, next func() (int, []string, error)) error {
		p, err := newParser(l.mapping, header)
		if err != nil {
			return err
		}
		for {
			line, record, err := next()
			var bad *csv.ParseError
			switch {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil && !errors.As(err, &bad):
				return err
			case err != nil:
				line = bad.StartLine
			}
			if err := f(p.row(line, record, err)); err != nil {
				return err
			}
		}
	})
	return fmt.Sprintf("%x", digest.Sum(nil)), err
}

// readCSV opens a file, unzips it if need be, passes its bytes through the digest and reads its header.
func readCSV(path string, digest hash.Hash, f func([]string, func() (int, []string, error)) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	buffered := bufio.NewReaderSize(file, 1<<16)
	var in io.Reader = buffered
	if magic, err := buffered.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return err
		}
		in = unzipped
	}
	lines := csv.NewReader(io.TeeReader(in, digest))
	lines.FieldsPerRecord = -1
	header, err := lines.Read()
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	return f(header, func() (int, []string, error) {
		record, err := lines.Read()
		line := 0
		if len(record) > 0 {
			line, _ = lines.FieldPos(0)
		}
		return line, record, err
	})
}
