package readapi

import (
	"time"

	"docket/domain/casetype"
	"docket/domain/form"
	"docket/domain/ticket"
	"docket/projections/ticketpage"
)

// FieldView is one field of the form as printed, with what was corrected in it struck through (mission rows T4, K1, X3).
type FieldView struct {
	Key         string           `json:"key"`
	Label       string           `json:"label"`
	Type        form.Type        `json:"type"`
	Block       form.Block       `json:"block,omitempty"`
	Required    bool             `json:"required,omitempty"`
	Value       string           `json:"value,omitempty" doc:"as it counts; masked where the field is sensitive"`
	ValueLabel  string           `json:"value_label,omitempty" doc:"of a choice, in words"`
	Masked      bool             `json:"masked,omitempty"`
	Corrections []CorrectionView `json:"corrections,omitempty" doc:"in the order they were made"`
}

// PlaceView is a unit or group above the ticket, and who led it.
type PlaceView struct {
	Ref
	Kind   string `json:"kind" enum:"department,group"`
	Leader *Ref   `json:"leader,omitempty"`
}

// CalendarInForce is the working calendar as it stood at the page's moment. A clock names the version that its own deadline
// was computed by.
type CalendarInForce struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version int    `json:"version"`
}

// StepView is one key step of the template's procedure (關鍵步驟, mission row T6).
type StepView struct {
	Key        string     `json:"key"`
	Label      string     `json:"label"`
	Mandatory  bool       `json:"mandatory,omitempty"`
	Record     bool       `json:"record,omitempty" doc:"needs a work record"`
	Status     string     `json:"status" enum:"open,recorded,skipped"`
	By         *Ref       `json:"by,omitempty"`
	At         *time.Time `json:"at,omitempty"`
	OutOfOrder bool       `json:"out_of_order,omitempty"`
	Reason     string     `json:"reason,omitempty" doc:"of a deviation"`
	Revision   uint64     `json:"revision,omitempty" doc:"of the act"`
}

// MaterialView is one thing that the template asks the customer for, and what has come (mission row I6).
type MaterialView struct {
	Key      string         `json:"key"`
	Label    string         `json:"label"`
	Required bool           `json:"required,omitempty"`
	Original bool           `json:"original,omitempty"`
	Copies   int            `json:"copies,omitempty"`
	Verdict  string         `json:"verdict,omitempty" doc:"the latest"`
	Defect   string         `json:"defect,omitempty"`
	Received []ReceivedView `json:"received"`
	Files    []FileView     `json:"files"`
}

// ReceivedView is one item as it came.
type ReceivedView struct {
	Item       int       `json:"item"`
	Copies     int       `json:"copies,omitempty"`
	Pages      int       `json:"pages,omitempty"`
	Original   bool      `json:"original,omitempty"`
	Issuer     string    `json:"issuer,omitempty"`
	ValidUntil string    `json:"valid_until,omitempty"`
	Unreadable bool      `json:"unreadable,omitempty"`
	Supplement bool      `json:"supplement,omitempty" doc:"came after the customer had been told what was missing"`
	At         time.Time `json:"at"`
	By         *Ref      `json:"by,omitempty"`
}

// FileView is an attached file; its content is at its link, and every read of it is recorded.
type FileView struct {
	Digest    string    `json:"digest" doc:"of the sealed bytes"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	Material  string    `json:"material,omitempty"`
	Size      int64     `json:"size"`
	MediaType string    `json:"media_type"`
	Scan      string    `json:"scan"`
	At        time.Time `json:"at"`
	By        *Ref      `json:"by,omitempty"`
	Link      string    `json:"link"`
}

// fields lists the form in the order of the template.
func (m scene) fields(p *ticketpage.Page, d *casetype.Definition, label func(string) string) []FieldView {
	views := []FieldView{}
	if d == nil {
		return views
	}
	corrections := map[string][]CorrectionView{}
	for _, c := range m.corrections(p.Corrections) {
		corrections[c.Field] = append(corrections[c.Field], c)
	}
	for _, f := range d.Rules.Fields {
		v := FieldView{
			Key: f.Key, Label: label(f.Key), Type: f.Type, Block: f.Block, Required: f.Required, Value: p.Form.Values[f.Key],
			Masked: f.Marked, Corrections: corrections[f.Key],
		}
		if f.Type == form.Enum && v.Value != "" {
			v.ValueLabel = label(f.Key + "." + v.Value)
		}
		views = append(views, v)
	}
	return views
}

// deepest bounds the way up to the root, should the organisation ever be circular.
const deepest = 32

// places goes from the ticket's group, or its unit, up to the root.
func (s *service) places(p *ticketpage.Page, m scene) []PlaceView {
	views := []PlaceView{}
	id := p.Group
	if id == "" {
		id = p.Unit
	}
	for range deepest {
		facts, known := m.names.place(id, m.at)
		if !known {
			break
		}
		views = append(views, PlaceView{Ref: Ref{id, facts.Name}, Kind: string(facts.Kind), Leader: m.staff(facts.Leader)})
		id = facts.Parent
	}
	return views
}

func (s *service) calendarInForce(id string, at time.Time) *CalendarInForce {
	for _, f := range s.Calendars.Calendars(at) {
		if f.ID == id && len(f.Versions) > 0 {
			return &CalendarInForce{id, f.Name, f.Versions[len(f.Versions)-1].Version}
		}
	}
	return nil
}

func (m scene) checklist(p *ticketpage.Page, d *casetype.Definition, label func(string) string) []StepView {
	views := []StepView{}
	if d == nil {
		return views
	}
	for _, st := range d.Rules.Steps {
		v := StepView{Key: st.Key, Label: label(st.Key), Mandatory: st.Mandatory, Record: st.Record, Status: "open"}
		for _, done := range p.Steps {
			if done.Key != st.Key {
				continue
			}
			if done.OutOfOrder {
				v.OutOfOrder, v.Reason = true, done.Reason
				continue
			}
			at := done.At
			v.Status, v.By, v.At, v.Revision = "recorded", m.names.staff(done.By, at), &at, done.Revision
			if done.Skipped {
				v.Status, v.Reason = "skipped", done.Reason
			}
		}
		views = append(views, v)
	}
	return views
}

func (m scene) materials(p *ticketpage.Page, d *casetype.Definition, label func(string) string) []MaterialView {
	views := []MaterialView{}
	if d == nil {
		return views
	}
	received := p.Received()
	for _, wanted := range d.Rules.Materials {
		judged := p.State.Intake.Verdicts["materials."+wanted.Key]
		v := MaterialView{
			Key: wanted.Key, Label: label(wanted.Key), Required: wanted.Required, Original: wanted.Original, Copies: wanted.Copies,
			Verdict: string(judged.Verdict), Defect: judged.Defect, Received: []ReceivedView{}, Files: []FileView{},
		}
		for _, r := range received {
			if r.Material == wanted.Key {
				v.Received = append(v.Received, ReceivedView{
					Item: r.Item, Copies: r.Copies, Pages: r.Pages, Original: r.Original, Issuer: r.Issuer, ValidUntil: r.ValidUntil,
					Unreadable: r.Unreadable, Supplement: r.Supplement, At: r.At, By: m.names.staff(r.By, r.At),
				})
			}
		}
		for _, f := range p.Files {
			if f.Material == wanted.Key {
				v.Files = append(v.Files, m.file(p.Ticket, f))
			}
		}
		views = append(views, v)
	}
	return views
}

func (m scene) file(id string, f ticketpage.File) FileView {
	return FileView{
		Digest: f.Digest, Name: f.Name, Kind: string(f.Kind), Material: f.Material, Size: f.Size, MediaType: f.MediaType, Scan: f.Scan,
		At: f.At, By: m.names.staff(f.By, f.At), Link: "/v1/tickets/" + id + "/attachments/" + f.Digest,
	}
}

// clockLines are the clocks without their tables.
func (s *service) clockLines(clocks ticket.Clocks, at time.Time) []ClockView {
	views := make([]ClockView, len(clocks.All))
	for i, k := range clocks.All {
		v, err := s.clockView(k, at)
		if err != nil { // the deadline stands in the event; only what it comes to by then is not known
			v.Derivation = nil
		}
		if d := v.Derivation; d != nil {
			short := *d
			short.Steps = nil
			v.Derivation = &short
		}
		views[i] = v
	}
	return views
}
