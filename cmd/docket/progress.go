package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"docket/projections"
)

// plainEvery is how often a rebuild's folding is told where lines stay.
const plainEvery = 5 * time.Second

// progressLine tells how far a rebuild is: on a terminal in one line that is written over, else in lines of which each says
// something new.
type progressLine struct {
	out      io.Writer
	terminal bool
	told     time.Time
	phases   string
	remarked bool
	width    int
}

func newProgressLine(f *os.File) *progressLine {
	info, err := f.Stat()
	return &progressLine{out: f, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// tell is called with the progress of all models of one rebuild.
func (l *progressLine) tell(all []projections.Progress) {
	if p := all[0]; !l.remarked && (p.Remark != "" || p.Resumed > 0) {
		l.remarked = true
		if p.Remark != "" {
			l.line(p.Remark)
		} else {
			l.line(fmt.Sprintf("goes on from position %d, where a rebuild was cut off after %d events", p.Resumed, p.Events))
		}
	}
	phases := phasesOf(all)
	if !l.terminal && phases == l.phases && all[0].Told.Sub(l.told) < plainEvery {
		return
	}
	l.told, l.phases = all[0].Told, phases
	l.line(phases + foldingOf(all[0]))
}

// end leaves the last line where it is.
func (l *progressLine) end() {
	if l.terminal && l.width > 0 {
		fmt.Fprintln(l.out)
		l.width = 0
	}
}

func (l *progressLine) line(text string) {
	if !l.terminal {
		fmt.Fprintln(l.out, text)
		return
	}
	blank := max(0, l.width-len(text))
	l.width = len(text)
	fmt.Fprint(l.out, "\r", text, strings.Repeat(" ", blank))
}

// phasesOf names each phase once with its models; one phase of all without them.
func phasesOf(all []projections.Progress) string {
	var order []projections.Phase
	models := map[projections.Phase][]string{}
	for _, p := range all {
		if models[p.Phase] == nil {
			order = append(order, p.Phase)
		}
		models[p.Phase] = append(models[p.Phase], p.Model)
	}
	if len(order) == 1 {
		return string(order[0])
	}
	var parts []string
	for _, phase := range order {
		parts = append(parts, string(phase)+": "+strings.Join(models[phase], " "))
	}
	return strings.Join(parts, "; ")
}

func foldingOf(p projections.Progress) string {
	if p.Phase != projections.Folding {
		return ""
	}
	text := fmt.Sprintf(" %.1f %%, position %d of %d, %d events, %.0f/s", 100*p.Share(), p.Position, p.Head, p.Events, p.Rate)
	if !p.Ends.IsZero() {
		text += fmt.Sprintf(", all done about %s (in %s)", p.Ends.Format(time.TimeOnly), p.Ends.Sub(p.Told).Round(time.Second))
	}
	if p.Kept > 0 {
		text += fmt.Sprintf(", kept up to %d", p.Kept)
	}
	return text
}
