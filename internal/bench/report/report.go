package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"
)

// Report is what a run found.
type Report struct {
	Began   time.Time `json:"began_at"`
	Seconds float64   `json:"seconds"`
	Quick   bool      `json:"quick,omitempty"` // too short to be quoted
	Machine Machine   `json:"machine"`
	Figures []Figure  `json:"figures"`
}

// Save writes the report as JSON.
func (r *Report) Save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// Print writes the report as tables in Markdown that read well as plain text too.
func (r *Report) Print(w io.Writer) error {
	text := &bytes.Buffer{} // writing to it never fails
	fmt.Fprintf(text, "%s Measured on %s in %.0f s.\n", r.Machine, r.Began.Format(time.DateOnly), r.Seconds)
	if r.Quick {
		fmt.Fprintln(text, "A quick run: its figures show that everything can be measured, and no more.")
	}
	for rest := r.Figures; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Part == rest[0].Part {
			n++
		}
		fmt.Fprintf(text, "\n### %s\n\n", rest[0].Part)
		table := tabwriter.NewWriter(text, 0, 4, 1, ' ', 0)
		fmt.Fprintf(table, "| What\t| Median\t| Unit\t| Ratio\t| Against\t| Aim\t|\n|---\t|---\t|---\t|---\t|---\t|---\t|\n")
		for _, f := range rest[:n] {
			ratio := ""
			if f.Against != "" {
				ratio = fmt.Sprintf("%.2f", f.Ratio)
			}
			fmt.Fprintf(table, "| %s\t| %s\t| %s\t| %s\t| %s\t| %s\t|\n", f.Name, number(f.Value), f.Unit, ratio, f.Against, f.Aim)
		}
		_ = table.Flush() // into text
		rest = rest[n:]
	}
	_, err := text.WriteTo(w)
	return err
}

// The lines between which a document shows the report.
const (
	beginLine = "<!-- figures: docket bench writes them -->\n"
	endLine   = "<!-- end of figures -->\n"
)

// PrintInto puts the report into a document, in place of the one that stands there between its two marks.
func (r *Report) PrintInto(path string) error {
	document, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := bytes.Cut(document, []byte(beginLine))
	_, after, ends := bytes.Cut(rest, []byte(endLine))
	if !begins || !ends {
		return fmt.Errorf("%s has no place for figures: %q and %q", path, beginLine, endLine)
	}
	var text bytes.Buffer
	text.Write(before)
	text.WriteString(beginLine)
	if err := r.Print(&text); err != nil {
		return err
	}
	text.WriteString(endLine)
	text.Write(after)
	return os.WriteFile(path, text.Bytes(), 0o644)
}
