package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Bounds of the format: rows of a sheet (further ones go onto the next), characters of a cell, and digits of a number that a
// spreadsheet keeps.
const (
	sheetRows  = 1_000_000
	cellLength = 32_767
	safeDigits = 15
)

type xlsxWriter struct {
	file    *excelize.File
	below   io.Writer
	columns []any
	sheet   *excelize.StreamWriter
	sheets  int
	row     int // last one written to the sheet
}

// newXLSX begins with the sheet that tells where the rows are from. Texts are inline strings, which no spreadsheet computes.
func newXLSX(w io.Writer, t Trace, columns []string) (Writer, error) {
	x := &xlsxWriter{file: excelize.NewFile(), below: w}
	for _, c := range columns {
		x.columns = append(x.columns, c)
	}
	if err := x.file.SetSheetName("Sheet1", "export"); err != nil {
		return nil, errors.Join(err, x.file.Close())
	}
	about := [][2]string{
		{"mark", t.Mark}, {"what", t.What}, {"filter", t.Filter}, {"by", t.By}, {"purpose", t.Purpose},
		{"at", t.At.UTC().Format(time.RFC3339)}, {"position", strconv.FormatUint(t.Position, 10)},
		{"all rows stand at that position", strconv.FormatBool(t.Snapshot)},
	}
	for i, line := range about {
		for k, text := range line {
			cell, err := excelize.CoordinatesToCellName(k+1, i+1)
			if err == nil {
				err = x.file.SetCellStr("export", cell, text)
			}
			if err != nil {
				return nil, errors.Join(err, x.file.Close())
			}
		}
	}
	if err := x.next(); err != nil {
		return nil, errors.Join(err, x.file.Close())
	}
	return x, nil
}

// next begins another sheet of rows.
func (x *xlsxWriter) next() (err error) {
	if x.sheet != nil {
		if err := x.sheet.Flush(); err != nil {
			return err
		}
	}
	x.sheets++
	name := "rows"
	if x.sheets > 1 {
		name = "rows " + strconv.Itoa(x.sheets)
	}
	if _, err := x.file.NewSheet(name); err != nil {
		return err
	}
	if x.sheet, err = x.file.NewStreamWriter(name); err != nil {
		return err
	}
	x.row = 1
	return x.sheet.SetRow("A1", x.columns)
}

func (x *xlsxWriter) Row(values []any) error {
	if x.row == sheetRows {
		if err := x.next(); err != nil {
			return err
		}
	}
	cells := make([]any, len(values))
	for i, v := range values {
		cell, err := cellOf(v)
		if err != nil {
			return err
		}
		cells[i] = cell
	}
	x.row++
	return x.sheet.SetRow("A"+strconv.Itoa(x.row), cells)
}

// cellOf is a number where a spreadsheet keeps it exactly, else text.
func cellOf(v any) (any, error) {
	text, number, err := textOf(v)
	switch {
	case err != nil || v == nil:
		return nil, err
	case number && len(text) <= safeDigits:
		if n, ok := v.(json.Number); ok {
			return n.Float64()
		}
		return v, nil
	case utf8.RuneCountInString(text) > cellLength:
		return nil, fmt.Errorf("a value of %d characters does not fit into a cell", utf8.RuneCountInString(text))
	}
	return text, nil
}

// Close writes the file.
func (x *xlsxWriter) Close() error {
	err := x.sheet.Flush()
	if err == nil {
		_, err = x.file.WriteTo(x.below)
	}
	return errors.Join(err, x.file.Close())
}
