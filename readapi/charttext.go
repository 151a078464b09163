package readapi

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"

	"docket/internal/chart"
	"docket/internal/httpapi"
	"docket/projections/kpi"
)

// chartTexts are what charts say in one language (locales/chart.*.json).
type chartTexts struct{ tag language.Tag }

// InLanguage is how a request asks for texts in the reader's language.
type InLanguage struct {
	Language string `header:"Accept-Language" doc:"of the texts: en, zh-Hans or zh-Hant" example:"zh-Hant"`
}

func (in InLanguage) texts() chartTexts { return chartTexts{httpapi.Wanted(in.Language)} }

// say is a text, with values where it has places for them; of a name that has no text, the name's last part.
func (t chartTexts) say(id string, values ...any) string {
	text, found := httpapi.Message(t.tag, "chart."+id)
	switch {
	case !found:
		return id[strings.LastIndexByte(id, '.')+1:]
	case len(values) == 0:
		return text
	}
	return fmt.Sprintf(text, values...)
}

// of is the title of a part.
func (t chartTexts) of(p kpi.Measured) string { return p.In(t.tag.String()) }

// about describes a figure. What it counts is told in English alone, as formulas are.
func (t chartTexts) about(f kpi.Formula, at time.Time, position uint64) chart.Words {
	w := chart.Words{Title: f.In(t.tag.String())}
	w.About = t.say("about", w.Title, f.Version, at.Format(time.RFC3339), position)
	if t.tag == language.English {
		w.About += " " + f.Formula
	}
	return w
}

// on names the axes.
func (t chartTexts) on(w chart.Words, x string, p kpi.Measured) chart.Words {
	w.X, w.Y = t.say("axis."+x), t.say("unit."+string(p.Unit), t.of(p))
	return w
}

// activity is what an activity of the process map is called; acts on a stage are told apart by the stage's own key.
func (t chartTexts) activity(name string) string {
	act, stage, staged := strings.Cut(name, ":")
	if act = t.say("activity." + act); staged {
		return act + ": " + stage
	}
	return act
}

// roughly is a time in the largest unit that tells it.
func (t chartTexts) roughly(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d >= 48*time.Hour:
		return t.say("time.days", d.Hours()/24)
	case d >= time.Hour:
		return t.say("time.hours", d.Hours())
	case d >= time.Minute:
		return t.say("time.minutes", d.Minutes())
	}
	return t.say("time.seconds", d.Seconds())
}
