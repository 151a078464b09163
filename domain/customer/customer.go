// Package customer is the aggregate of those we serve: one file for each person or organisation, prospects included (客戶
// 信息, mission rows U1 and U2). A file is made of fields, each with its source and purpose; what is personal is sealed under
// the customer's own key and shown masked. Tickets refer to a customer and keep what was submitted with them. It knows no
// vault, and no other customer: that a merge fits the others is decided on the stream of package merges.
package customer

import "docket/domain"

// Event is what may become true of a customer.
//
//sumtype:decl
type Event interface{ isCustomer() }

// Registered: there is a file from now on.
type Registered struct {
	Kind  Kind   `json:"kind" class:"skeleton"`
	Unit  string `json:"unit" class:"skeleton"` // that keeps the file
	Stage Stage  `json:"stage" class:"skeleton"`
}

// FieldRecorded: the customer's data are known to be so, from a source and for a purpose. An empty value means that what
// was there is not true any more. One of Text and Secret is set, by the field.
type FieldRecorded struct {
	Field   Field   `json:"field" class:"skeleton"`
	Text    string  `json:"text,omitempty" class:"content"`
	Secret  string  `json:"secret,omitempty" class:"marked"`
	Source  Source  `json:"source" class:"skeleton"`
	Purpose Purpose `json:"purpose" class:"skeleton"`
	Reason  string  `json:"reason,omitempty" class:"content"`
}

// Identifiers tells by what the customer is to be found, where the field is one of that kind.
func (e FieldRecorded) Identifiers() []domain.Identifier {
	if !fields[e.Field].identifies {
		return nil
	}
	return []domain.Identifier{{Kind: string(e.Field), Value: e.Text + e.Secret}}
}

// Classified: the file is put into its class (分類, mission row U1).
type Classified struct {
	Stage Stage    `json:"stage" class:"skeleton"`
	Tier  Tier     `json:"tier" class:"skeleton"`
	Tags  []string `json:"tags,omitempty" class:"skeleton"` // codes of the organisation's own
}

// NeedNoted: the customer wants something of us, or may want it (潛在客戶的需求).
type NeedNoted struct {
	Text string `json:"text" class:"content"`
}

// MergedInto: this file is of the same customer as another, which is the one to go on with. Both ids live for ever.
type MergedInto struct {
	Into   string `json:"into" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

// Unmerged: the files are of two customers after all; this one stands for itself again.
type Unmerged struct {
	From   string `json:"from" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

// FieldRevealed: somebody was shown a marked value in plain, for a stated purpose (mission row T5). The value is not here.
type FieldRevealed struct {
	Field   Field  `json:"field" class:"skeleton"`
	Purpose string `json:"purpose" class:"content"`
}

func (Registered) isCustomer()    {}
func (FieldRecorded) isCustomer() {}
func (Classified) isCustomer()    {}
func (NeedNoted) isCustomer()     {}
func (MergedInto) isCustomer()    {}
func (Unmerged) isCustomer()      {}
func (FieldRevealed) isCustomer() {}

// State is what decisions read.
type State struct {
	Kind   Kind
	Unit   string
	Stage  Stage
	Tier   Tier
	Tags   []string
	Values map[Field]Value
	Into   string // the file to go on with, once merged

	reviewed reviewed
}

// Value is a field as last recorded.
type Value struct {
	Text    string
	Source  Source
	Purpose Purpose
}

// Exists reports whether there is a file.
func (s State) Exists() bool { return s.Kind != "" }

// Decider ties the streams, fold and contract of customers together.
var Decider = domain.Decider[State, Event]{
	Category: "customer",
	Evolve:   evolve,
	Scope:    func(s State) domain.Scope { return domain.Scope{Unit: s.Unit} },
	Events: domain.Contract[Event]{
		"CustomerRegistered":    domain.Of[Registered](),
		"CustomerFieldRecorded": domain.Of[FieldRecorded](),
		"CustomerClassified":    domain.Of[Classified](),
		"CustomerNeedNoted":     domain.Of[NeedNoted](),
		"CustomerMergedInto":    domain.Of[MergedInto](),
		"CustomerUnmerged":      domain.Of[Unmerged](),
		"CustomerFieldRevealed": domain.Of[FieldRevealed](),
		"CustomerConfirmed":     domain.Of[Confirmed](),
		"CustomerReviewDue":     domain.Of[ReviewDue](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Registered:
		s.Kind, s.Unit, s.Stage, s.Tier = e.Kind, e.Unit, e.Stage, Regular
		s.reviewed = s.reviewed.changed()
	case FieldRecorded:
		s.Values = with(s.Values, e.Field, Value{Text: e.Text + e.Secret, Source: e.Source, Purpose: e.Purpose})
		s.reviewed = s.reviewed.changed()
	case Classified:
		s.Stage, s.Tier, s.Tags = e.Stage, e.Tier, e.Tags
		s.reviewed = s.reviewed.changed()
	case MergedInto:
		s.Into = e.Into
	case Unmerged:
		s.Into, s.reviewed = "", s.reviewed.changed()
	case Confirmed:
		s.reviewed = s.reviewed.changed()
	case ReviewDue:
		s.reviewed.asked = true
	case NeedNoted, FieldRevealed:
	}
	s.reviewed.next++
	return s
}

// with is a copy with one field changed, so that folding never changes an earlier state; an empty value is none.
func with(values map[Field]Value, field Field, v Value) map[Field]Value {
	next := make(map[Field]Value, len(values)+1)
	for k, v := range values {
		next[k] = v
	}
	if v.Text == "" {
		delete(next, field)
	} else {
		next[field] = v
	}
	return next
}

// Identifiers are all by which the customer is to be found now.
func (s State) Identifiers() []domain.Identifier {
	var ids []domain.Identifier
	for field, v := range s.Values {
		if fields[field].identifies {
			ids = append(ids, domain.Identifier{Kind: string(field), Value: v.Text})
		}
	}
	return ids
}

// Has reports whether the customer has an identifier now, in whatever form it was written.
func (s State) Has(id domain.Identifier) bool {
	held, ok := s.Values[Field(id.Kind)]
	return ok && domain.Identifier{Kind: id.Kind, Value: held.Text}.Normal() == id.Normal()
}

// Facts is what other aggregates may ask of a customer's file.
type Facts struct {
	ID       string
	Kind     Kind
	Stage    Stage
	Complete bool    // nothing is missing that a contract needs (簽約前完整, mission row U1)
	Missing  []Field // what is
	Into     string  // the file to go on with, when merged
}

// Facts tells them of a state.
func (s State) Facts(id string) Facts {
	missing := s.Missing()
	return Facts{ID: id, Kind: s.Kind, Stage: s.Stage, Complete: s.Exists() && len(missing) == 0, Missing: missing, Into: s.Into}
}
