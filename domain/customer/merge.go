package customer

import "docket/domain"

// Refusals of merges.
var (
	ErrMergedElsewhere = domain.Refusal(domain.Conflict, "customer.merged_elsewhere", "this file was merged into another already")
	ErrNotMerged       = domain.Refusal(domain.Conflict, "customer.not_merged", "this file was not merged into another")
)

// Merge says that this file is of the same customer as another, with which one goes on (mission row U1). Nothing is copied
// and nothing is lost: both files keep their fields, their tickets and their ids.
type Merge struct {
	Into   string `json:"into" doc:"file to go on with" pattern:"^[0-9a-f-]{36}$"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts MergeFacts `json:"-"`
}

// MergeFacts are what is known of the file to go on with.
type MergeFacts struct{ Known bool }

// May wants a file that stands for itself, or one merged already, for repeating is no harm.
func (c Merge) May(State, domain.Meta) error { return nil }

// Decide merges. That the other file is not itself being merged into this one is seen to on the merges' own stream.
func (c Merge) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	switch {
	case c.Into == "":
		v.Fail("into", "required", "must not be empty")
	case c.Into == m.ID.Key():
		v.Fail("into", "self", "must be another file")
	case !c.Facts.Known:
		v.Fail("into", "unknown", "no such customer")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	switch s.Into {
	case c.Into:
		return nil, nil
	case "":
		return []Event{MergedInto{Into: c.Into, Reason: c.Reason}}, nil
	}
	return nil, ErrMergedElsewhere
}

// Unmerge takes a merge back.
type Unmerge struct {
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May is always: a merge that was begun and not finished can be taken back too.
func (c Unmerge) May(State, domain.Meta) error { return nil }

// Decide unmerges.
func (c Unmerge) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.Into == "" {
		return nil, nil
	}
	return []Event{Unmerged{From: s.Into, Reason: c.Reason}}, nil
}
