package search

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"docket/domain/ticket"
)

// Doc is the words of one ticket.
type Doc struct {
	Ticket       string    `db:"ticket,key"`
	Title        string    `db:"title"`
	Parts        parts     `db:"parts,json"`
	Folded       string    `db:"folded"` // first line: the title
	Grams        []int32   `db:"grams"`
	RegisteredAt time.Time `db:"registered_at"`
	Revision     uint64    `db:"revision"`
}

// parts are the texts beside the title. Values that a template marks as sensitive never come here, not even masked.
type parts struct {
	Description string            `json:"description,omitempty"`
	Name        string            `json:"name,omitempty"`   // the customer's, as it was given
	Values      map[string]string `json:"values,omitempty"` // of the form, corrections included
	Texts       []string          `json:"texts,omitempty"`  // notes, work records, results
}

// most is how many characters of a ticket beside its title are searched through. What comes later is not found.
const most = 20_000

// heard takes over what an event says in words; false when it says nothing new.
func (d *Doc) heard(event ticket.Event) bool {
	p := &d.Parts
	switch e := event.(type) { // events that hold no words to be found by are left out
	case ticket.Opened:
		d.Title, p.Description, p.Name = e.Title, e.Description, e.CustomerName
	case ticket.Registered:
		d.Title, p.Description, p.Name = e.Title, e.Description, e.CustomerName
	case ticket.FormFilled:
		if e.Title != "" {
			d.Title = e.Title
		}
		if e.Description != "" {
			p.Description = e.Description
		}
		p.fill(e.Values)
	case ticket.ApplicationResubmitted:
		p.fill(e.Values)
	case ticket.FieldCorrected:
		if e.OldMarked != "" || e.NewMarked != "" {
			return false
		}
		p.fill(map[string]string{e.Field: e.New})
	case ticket.Noted:
		return p.say(e.Text)
	case ticket.WorkRecorded:
		return p.say(e.Content, e.Result)
	case ticket.Completed:
		return p.say(e.Summary)
	case ticket.ResultDelivered:
		return p.say(e.Text)
	default:
		return false
	}
	return true
}

// fill takes over values of the form; an empty one was taken away.
func (p *parts) fill(values map[string]string) {
	if len(values) == 0 {
		return
	}
	all := maps.Clone(p.Values)
	if all == nil {
		all = map[string]string{}
	}
	for key, value := range values {
		if all[key] = value; value == "" {
			delete(all, key)
		}
	}
	p.Values = all
}

// say adds texts, as long as there is room for them. One that was said before, as stock phrases are, says nothing new, and
// spares writing all the ticket's words again.
func (p *parts) say(texts ...string) bool {
	room := most
	for _, text := range p.Texts {
		room -= utf8.RuneCountInString(text)
	}
	added := false
	for _, text := range texts {
		n := utf8.RuneCountInString(text)
		if text == "" || n > room || slices.Contains(p.Texts, text) {
			continue
		}
		room -= n
		p.Texts, added = append(slices.Clip(p.Texts), text), true
	}
	return added
}

// all lists the texts in the order in which a hit is looked for.
func (p *parts) all() []string {
	list := []string{p.Description, p.Name}
	for _, key := range slices.Sorted(maps.Keys(p.Values)) {
		list = append(list, p.Values[key])
	}
	return append(list, p.Texts...)
}

// Derive folds the texts and cuts them into grams.
func (d *Doc) Derive() {
	var b strings.Builder
	b.WriteString(folded(d.Title))
	left := most
	for _, text := range d.Parts.all() {
		if text == "" || left <= 0 {
			continue
		}
		line := folded(text)
		if n := utf8.RuneCountInString(line); n > left {
			line = string([]rune(line)[:left])
		}
		left -= utf8.RuneCountInString(line)
		b.WriteByte('\n')
		b.WriteString(line)
	}
	d.Folded = b.String()
	d.Grams = grams(d.Folded)
}
