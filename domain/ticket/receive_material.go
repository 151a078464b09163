package ticket

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/form"
)

// ReceiveMaterial notes what the customer brought or sent (所需材料, mission row I6), and supplements it later: what came
// before stays beside it.
type ReceiveMaterial struct {
	Material   string     `json:"material" doc:"key in the template's list" minLength:"1" maxLength:"40"`
	Copies     int        `json:"copies,omitempty" minimum:"0" maximum:"1000"`
	Pages      int        `json:"pages,omitempty" minimum:"0" maximum:"100000"`
	Original   bool       `json:"original,omitempty" doc:"the original was seen"`
	Issuer     string     `json:"issuer,omitempty" maxLength:"200"`
	ValidUntil string     `json:"valid_until,omitempty" doc:"last day on which it is valid, 2006-01-02" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	File       string     `json:"file,omitempty" doc:"digest of a file attached to the ticket" pattern:"^[0-9a-f]{64}$"`
	Unreadable bool       `json:"unreadable,omitempty"`
	Verdict    Assessment `json:"verdict,omitempty" doc:"left out: present, to be judged later" enum:"present,valid,defective"`
	Defect     string     `json:"defect,omitempty" doc:"what is wrong; required for defective" maxLength:"1000"`
	Cure       string     `json:"cure,omitempty" doc:"what would cure it; required for defective" maxLength:"1000"`
}

// May wants a draft; an agent who supplements what the customer was told needs the authority for it.
func (c ReceiveMaterial) May(s State, m domain.Meta) error { return supplementing(s, m) }

// Decide numbers the item. What has expired or cannot be read is defective, whatever else is thought of it.
func (c ReceiveMaterial) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if !slices.ContainsFunc(s.Rules.Materials, func(x form.Material) bool { return x.Key == c.Material }) {
		v.Fail("material", "unknown", "the template asks for no such material")
	}
	v.Text("issuer", c.Issuer, maxName)
	if _, err := time.Parse(day, c.ValidUntil); c.ValidUntil != "" && err != nil {
		v.Fail("valid_until", "not_a_date", "must be a day of the form 2006-01-02")
	}
	if _, attached := s.Privacy.Files[c.File]; c.File != "" && !attached {
		v.Fail("file", "unknown", "no such file is attached to the ticket")
	}
	if c.Copies < 0 || c.Copies > 1000 {
		v.Fail("copies", "out_of_range", "must be between 0 and 1000")
	}
	if c.Pages < 0 || c.Pages > maxHandoverPages {
		v.Fail("pages", "out_of_range", "must be between 0 and 100000")
	}
	verdict := c.verdict(m.Effective)
	domain.OneOf(&v, "verdict", verdict, Assessments...)
	if c.Verdict == Defective {
		v.Required("defect", c.Defect)
		v.Required("cure", c.Cure)
	}
	if verdict == Valid && m.Actor.Staff == "" {
		v.Fail("verdict", "no_person", "only a person judges what came")
	}
	v.Text("defect", c.Defect, maxRemark)
	v.Text("cure", c.Cure, maxRemark)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.settled(m, MaterialReceived{
		Item: len(s.Intake.Materials) + 1, Material: c.Material, Copies: c.Copies, Pages: c.Pages, Original: c.Original,
		Issuer: c.Issuer, ValidUntil: c.ValidUntil, File: c.File, Unreadable: c.Unreadable, Verdict: verdict, Defect: c.Defect,
		Cure: c.Cure, By: m.Actor.Staff, Supplement: s.Intake.Notices > 0,
	}), nil
}

func (c ReceiveMaterial) verdict(at time.Time) Assessment {
	switch {
	case c.Unreadable, c.ValidUntil != "" && c.ValidUntil < at.In(paper).Format(day):
		return Defective
	case c.Verdict == "":
		return Present
	}
	return c.Verdict
}

// supplementing wants a draft, and of an agent the authority to supplement once the customer has been told.
func supplementing(s State, m domain.Meta) error {
	if err := draft(s); err != nil || s.Intake.Notices == 0 {
		return err
	}
	return agentRefusal(s, m, MaySupplement)
}
