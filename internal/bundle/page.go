package bundle

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

// Page is a bundle's index, for people: sections of tables that a browser shows without a server.
type Page struct {
	Language string // of the text, a tag
	Title    string
	Lead     []string // lines under the title
	Sections []Section
}

// Section is one table. Without columns its rows are pairs of label and value.
type Section struct {
	Heading string
	Columns []string
	Rows    [][]Cell
}

// Cell is one value; Struck stands struck through before it.
type Cell struct {
	Struck []string // earlier values
	Text   string
	Note   string // in small print after it
	Link   string // relative, into the bundle
}

// Cells makes a row of plain texts.
func Cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, text := range texts {
		row[i].Text = text
	}
	return row
}

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// HTML writes the page as one file that needs nothing else.
func (p Page) HTML(w io.Writer) error {
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("bundle: index: %w", err)
	}
	return nil
}
