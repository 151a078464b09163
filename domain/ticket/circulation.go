package ticket

import (
	"fmt"
	"slices"
	"time"

	"docket/domain"
)

// PrepareCirculation confirms the content check and seals a copy of what is to be sent outside.
type PrepareCirculation struct {
	Checked   bool        `json:"checked" doc:"the content has been checked against the original"`
	Fields    []string    `json:"fields,omitempty" maxItems:"200" doc:"keys of the form's fields that are sent"`
	Documents []Enclosure `json:"documents,omitempty" maxItems:"200"`
	Paper     bool        `json:"paper,omitempty" doc:"the paper original goes along"`
}

// May wants a ticket that is still looked after, and a person who answers for the check.
func (c PrepareCirculation) May(s State, m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return live(s)
}

// Decide seals the values as they stand and the digests of the documents.
func (c PrepareCirculation) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if !c.Checked {
		v.Fail("checked", "required", "the content has to be checked first")
	}
	if len(c.Fields)+len(c.Documents) == 0 {
		v.Fail("fields", "required", "something has to be sent")
	}
	if s.Planned() && slices.ContainsFunc(c.Fields, func(key string) bool { _, ok := s.field(key); return !ok }) ||
		!s.Planned() && len(c.Fields) > 0 {
		v.Fail("fields", "unknown", "holds a key that is no field of the form")
	}
	for _, d := range c.Documents {
		v.RequiredText("documents", d.Name, maxTitle)
		if len(d.Digest) != 64 {
			v.Fail("documents", "not_a_digest", "must be a SHA-256 in hexadecimal")
		}
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	n := len(s.Duty.Circulations) + 1
	e := CirculationPrepared{
		Circulation: n, Reference: fmt.Sprintf("%s/%d", s.Number, n), Fields: c.Fields, Revision: s.Route.Form.Revision,
		Documents: c.Documents, Paper: c.Paper, Customer: s.Customer, CheckedBy: m.Actor.Staff,
	}
	for _, key := range c.Fields {
		field, _ := s.field(key)
		into := &e.Values
		if field.Marked {
			into = &e.Marked
		}
		if *into == nil {
			*into = map[string]string{}
		}
		(*into)[key] = s.Route.Form.Values[key]
	}
	e.Digest = Manifest{Reference: e.Reference, Values: e.Values, Marked: e.Marked, Documents: e.Documents}.Digest()
	return []Event{e}, nil
}

// ReleaseCirculation sends what was prepared to the outside body.
type ReleaseCirculation struct {
	Circulation int                `json:"circulation" minimum:"1"`
	Body        string             `json:"body" minLength:"1" maxLength:"200" doc:"the outside body"`
	Contact     string             `json:"contact" minLength:"1" maxLength:"200"`
	Channel     CirculationChannel `json:"channel" enum:"courier,mail,electronic,hand"`
	Basis       LegalBasis         `json:"basis" enum:"consent,law,contract"`
	Source      string             `json:"source" minLength:"1" maxLength:"1000" doc:"reference of the consent or contract, or the law's article"`
}

// May wants a copy that was sealed after a content check and has not gone out.
func (c ReleaseCirculation) May(s State, _ domain.Meta) error {
	if !slices.ContainsFunc(s.Duty.Circulations, func(c Circulation) bool { return !c.Released }) {
		return ErrNotPrepared
	}
	return live(s)
}

// Decide releases. Sensitive fields go out by the customer's written consent or by law alone (mission row U3).
func (c ReleaseCirculation) Decide(s State, _ domain.Meta) ([]Event, error) {
	prepared, ok := s.circulation(c.Circulation)
	switch {
	case !ok || prepared.Released:
		return nil, ErrNotPrepared
	case prepared.Revision != s.Route.Form.Revision:
		return nil, ErrStaleCopy
	}
	var v domain.Checks
	v.RequiredText("body", c.Body, maxTitle)
	v.RequiredText("contact", c.Contact, maxTitle)
	v.RequiredText("source", c.Source, 1000)
	domain.OneOf(&v, "channel", c.Channel, CirculationChannels...)
	domain.OneOf(&v, "basis", c.Basis, LegalBases...)
	if c.Basis == ByContract && slices.ContainsFunc(prepared.Fields, s.sensitive) {
		v.Fail("basis", "sensitive", "sensitive fields need the customer's consent or a law")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{CirculationReleased{
		Circulation: c.Circulation, Body: c.Body, Contact: c.Contact, Channel: c.Channel, Basis: c.Basis, Source: c.Source, Fields: prepared.Fields,
	}}, nil
}

// AttachReceipt attaches the outside body's receipt.
type AttachReceipt struct {
	Circulation int         `json:"circulation" minimum:"1"`
	Kind        ReceiptKind `json:"kind" enum:"scan,electronic_signature,courier_proof"`
	Reference   string      `json:"reference" minLength:"1" maxLength:"100" doc:"what the receipt names"`
	Digest      string      `json:"digest,omitempty" doc:"of the manifest, where the receipt names it; an electronic signature does" maxLength:"64"`
	Signer      string      `json:"signer" minLength:"1" maxLength:"200"`
	SignedAt    time.Time   `json:"signed_at"`
	File        string      `json:"file,omitempty" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the receipt's scan; a scan needs one"`
}

// May wants something outside without a receipt.
func (c AttachReceipt) May(s State, _ domain.Meta) error {
	if !slices.ContainsFunc(s.Duty.Circulations, func(c Circulation) bool { return c.Released && !c.Received }) {
		return ErrNotOutside
	}
	return nil
}

// Decide attaches a receipt that names what was sent.
func (c AttachReceipt) Decide(s State, m domain.Meta) ([]Event, error) {
	sent, ok := s.circulation(c.Circulation)
	if !ok || !sent.Released || sent.Received {
		return nil, ErrNotOutside
	}
	var v domain.Checks
	domain.OneOf(&v, "kind", c.Kind, ReceiptKinds...)
	v.RequiredText("signer", c.Signer, maxTitle)
	if c.SignedAt.IsZero() {
		v.Fail("signed_at", "required", "must not be empty")
	}
	v.NotAfter("signed_at", c.SignedAt, m.Effective, "the time of the record")
	if c.Reference != sent.Reference {
		v.Fail("reference", "mismatch", "names something else than what was sent")
	}
	switch {
	case c.Digest == "" && c.Kind == ReceiptSignature:
		v.Fail("digest", "required", "must not be empty")
	case c.Digest != "" && c.Digest != sent.Digest:
		v.Fail("digest", "mismatch", "is not of what was sent")
	}
	if c.Kind == ReceiptScan {
		v.Required("file", c.File)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{CirculationReceived{
		Circulation: c.Circulation, Kind: c.Kind, Signer: c.Signer, SignedAt: c.SignedAt.UTC(), File: c.File,
	}}, nil
}

// ReturnCirculation records that what had gone outside is back.
type ReturnCirculation struct {
	Circulation int    `json:"circulation" minimum:"1"`
	Condition   string `json:"condition,omitempty" maxLength:"10000"`
}

// May wants something that has gone outside and is not back.
func (c ReturnCirculation) May(s State, _ domain.Meta) error {
	if !slices.ContainsFunc(s.Duty.Circulations, func(c Circulation) bool { return c.Released && !c.Returned }) {
		return ErrNotOutside
	}
	return nil
}

// Decide records the return at the effective time.
func (c ReturnCirculation) Decide(s State, m domain.Meta) ([]Event, error) {
	sent, ok := s.circulation(c.Circulation)
	if !ok || !sent.Released || sent.Returned {
		return nil, ErrNotOutside
	}
	if err := bounded("condition", c.Condition); err != nil {
		return nil, err
	}
	return []Event{CirculationReturned{Circulation: c.Circulation, At: m.Effective, Condition: c.Condition}}, nil
}

// sensitive reports whether a field is marked.
func (s State) sensitive(key string) bool {
	f, ok := s.field(key)
	return ok && f.Marked
}
