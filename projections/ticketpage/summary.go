package ticketpage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"docket/domain/casetype"
)

// Part names one thing that a page shows.
type Part struct{ Part, Name string }

// Summary is what a page shows, thing by thing, as texts that can be compared. What is not there is left out.
type Summary map[Part]string

// Revision is that of the newest event added.
func (b *Builder) Revision() uint64 { return b.head.Revision }

// Summary gives what the events so far come to; a ticket's rules are needed for its stages.
func (b *Builder) Summary(d *casetype.Definition) Summary {
	all := Summary{}
	if !b.opened {
		return all
	}
	p, _ := b.Page()
	if d != nil {
		p.State.Rules = &d.Rules
	}
	put := func(part, name, text string) {
		if text != "" {
			all[Part{part, name}] = text
		}
	}
	p.Form.summarise(put)
	h := &p.Head
	put("holder", "unit", h.Unit)
	put("holder", "group", h.Group)
	put("holder", "person", h.Handler)
	put("holder", "offered_to", h.Receiver)
	put("state", "status", string(h.Status))
	put("state", "round", strconv.Itoa(h.Round))
	put("state", "paused", string(h.Paused))
	put("state", "urgency", string(h.Urgency))
	put("state", "number", h.Number)
	put("state", "due_at", instant(h.DueAt))
	for _, st := range p.State.StageMap() {
		put("stage", st.Stage.Key, string(st.Status))
	}
	for _, k := range p.State.Clocks.All {
		put("clock", k.Name+":"+strconv.Itoa(k.Round), clockText(k.Due, k.Stopped, k.Paused(), k.Cancelled, k.Met))
	}
	for _, m := range p.Received() {
		put("material", m.Material+":"+strconv.Itoa(m.Item), string(m.Verdict))
	}
	for path, judged := range p.State.Intake.Verdicts {
		if key, ok := strings.CutPrefix(path, "materials."); ok {
			put("material", key, string(judged.Verdict))
		}
	}
	for _, f := range p.Files {
		put("file", f.Digest, cmp.Or(f.Name, f.Digest))
	}
	for _, s := range p.State.Duty.Steps {
		status := "skipped"
		if s.Recorded {
			status = "recorded"
		}
		put("step", s.Key, status)
	}
	for _, t := range p.Subtasks {
		put("subtask", strconv.Itoa(t.Subtask), string(t.Status))
	}
	for _, c := range p.Circulations {
		put("circulation", strconv.Itoa(c.Number), circulationText(c))
	}
	return all
}

func (f *Form) summarise(put func(part, name, text string)) {
	for name, text := range map[string]string{
		"title": f.Title, "description": f.Description, "type": f.Type, "channel": string(f.Channel), "customer": f.Customer,
		"customer_name": f.CustomerName, "customer_phone": f.CustomerPhone, "customer_id_number": f.CustomerIDNumber, "reference": f.Reference,
	} {
		put("field", name, text)
	}
	for key, value := range f.Values {
		put("field", key, value)
	}
}

func clockText(due, stopped time.Time, paused, cancelled, met bool) string {
	switch {
	case cancelled:
		return "cancelled"
	case !stopped.IsZero() && met:
		return "met " + instant(&stopped)
	case !stopped.IsZero():
		return "missed " + instant(&stopped)
	case paused:
		return "paused"
	case due.IsZero():
		return "running"
	}
	return "due " + instant(&due)
}

func circulationText(c Circulation) string {
	switch {
	case c.ReturnedAt != nil:
		return "returned"
	case c.ReceivedAt != nil:
		return "received"
	case c.ReleasedAt != nil:
		return "released"
	}
	return "prepared"
}

func instant(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// Different lists what two summaries do not show alike, by part and name.
func Different(a, b Summary) []Part {
	var parts []Part
	for k, text := range a {
		if b[k] != text {
			parts = append(parts, k)
		}
	}
	for k := range b {
		if _, both := a[k]; !both {
			parts = append(parts, k)
		}
	}
	slices.SortFunc(parts, func(x, y Part) int { return cmp.Or(cmp.Compare(x.Part, y.Part), cmp.Compare(x.Name, y.Name)) })
	return parts
}
