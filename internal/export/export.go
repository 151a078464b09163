// Package export writes rows into files that people open elsewhere: CSV, XLSX and JSON lines. It streams, so that a file may be
// larger than memory, and makes harmless what a spreadsheet would take for a formula. Every file carries a mark that leads back
// to what was recorded of it; what may be in a file is its caller's business.
package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Format is how a file is written.
type Format string

// The formats.
const (
	CSV   Format = "csv"   // UTF-8 with a byte order mark, comma, CRLF
	XLSX  Format = "xlsx"  // a sheet of rows, and one that tells where they are from
	JSONL Format = "jsonl" // a line that tells where the rows are from, then one for each
)

// Formats are the formats.
var Formats = []Format{CSV, XLSX, JSONL}

// MediaType is what a browser is told.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSONL:
	}
	return "application/jsonl; charset=utf-8"
}

// Trace says whose file it is, of what, and as of which place in the log.
type Trace struct {
	Mark     string    `json:"mark"` // leads back to the record of the export
	What     string    `json:"what"`
	Filter   string    `json:"filter,omitempty"`
	By       string    `json:"by"`
	Purpose  string    `json:"purpose,omitempty"`
	At       time.Time `json:"at"`
	Position uint64    `json:"position"` // of the log, when the first rows were read
	Snapshot bool      `json:"snapshot"` // all rows stand at that position
}

// MarkColumn is the column of the mark in CSV, and the field in JSON lines: it stands in every row, so that a part of a file
// leads back too, and no reader meets a line that is no row.
const MarkColumn = "export_mark"

// What CSV tells of its snapshot beside the mark, likewise in every row: its first line has to be the headings, and there is no other
// place that stays with the rows. XLSX and JSON lines tell it ahead of the rows.
const (
	PositionColumn = "export_position" // of the log, at which all rows stand
	AtColumn       = "export_as_of"    // the instant at which that was read
)

// FileName is how a file is called: by its mark and the position that its rows stand at.
func FileName(mark string, position uint64, f Format) string {
	return fmt.Sprintf("%s-position-%d.%s", mark, position, f)
}

// Writer takes the rows of one file.
type Writer interface {
	// Row adds a row, one value for each column: nil, text, bool, a number (also json.Number) or a time. Anything else is
	// written as JSON.
	Row(values []any) error
	// Close ends the file; the writer below stays open.
	Close() error
}

// New begins a file.
func New(f Format, w io.Writer, t Trace, columns []string) (Writer, error) {
	switch f {
	case CSV:
		return newCSV(w, t, columns)
	case XLSX:
		return newXLSX(w, t, columns)
	case JSONL:
		return newJSONL(w, t, columns)
	}
	return nil, fmt.Errorf("export: no format %q", f)
}

// byteOrderMark makes spreadsheets read a file as UTF-8.
const byteOrderMark = "\ufeff"

type csvWriter struct {
	out   *csv.Writer
	trace []string // of the file, the same in every row
	row   []string
}

func newCSV(w io.Writer, t Trace, columns []string) (Writer, error) {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return nil, err
	}
	c := &csvWriter{out: csv.NewWriter(w), trace: []string{t.Mark, strconv.FormatUint(t.Position, 10), t.At.UTC().Format(time.RFC3339)}}
	c.out.UseCRLF = true
	return c, c.out.Write(append(slices.Clone(columns), MarkColumn, PositionColumn, AtColumn))
}

func (c *csvWriter) Row(values []any) error {
	c.row = c.row[:0]
	for _, v := range values {
		text, number, err := textOf(v)
		if err != nil {
			return err
		}
		if !number {
			text = Harmless(text)
		}
		c.row = append(c.row, text)
	}
	return c.out.Write(append(c.row, c.trace...))
}

func (c *csvWriter) Close() error {
	c.out.Flush()
	return c.out.Error()
}

// Harmless puts an apostrophe before a text that a spreadsheet would take for a formula.
func Harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// textOf is a value as text, and whether it is a number.
func textOf(v any) (text string, number bool, err error) {
	switch v := v.(type) {
	case nil:
		return "", false, nil
	case string:
		return v, false, nil
	case json.Number:
		return v.String(), true, nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), false, nil
	case bool, int, int64, uint64, float64:
		return fmt.Sprint(v), true, nil
	}
	encoded, err := json.Marshal(v)
	return string(encoded), false, err
}

type jsonlWriter struct {
	out     *bufio.Writer
	columns []string
	mark    string
}

func newJSONL(w io.Writer, t Trace, columns []string) (Writer, error) {
	j := &jsonlWriter{bufio.NewWriter(w), columns, t.Mark}
	head, err := json.Marshal(map[string]Trace{"export": t})
	if err != nil {
		return nil, err
	}
	_, err = j.out.Write(append(head, '\n'))
	return j, err
}

// Row writes an object whose fields are in the order of the columns; nil ones are left out.
func (j *jsonlWriter) Row(values []any) error {
	line := []byte{'{'}
	for i, v := range values {
		if v == nil {
			continue
		}
		key, err := json.Marshal(j.columns[i])
		if err != nil {
			return err
		}
		value, err := json.Marshal(v)
		if err != nil {
			return err
		}
		line = append(append(append(append(line, key...), ':'), value...), ',')
	}
	mark, err := json.Marshal(j.mark)
	if err != nil {
		return err
	}
	line = append(append(append(line, `"`+MarkColumn+`":`...), mark...), '}', '\n')
	_, err = j.out.Write(line)
	return err
}

func (j *jsonlWriter) Close() error { return j.out.Flush() }
