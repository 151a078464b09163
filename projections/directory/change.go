package directory

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"docket/domain"
)

// change is one event at the time it took effect. Events that are recorded late take their place by
// that time; at equal times the one recorded first comes first.
type change struct {
	At       time.Time
	Recorded time.Time // when it was decided
	Revision uint64
	Event    any // of one of the schemas
}

// stored is how a change is kept.
type stored struct {
	At       time.Time       `json:"at"`
	Recorded time.Time       `json:"recorded"`
	Revision uint64          `json:"revision"`
	Type     string          `json:"type"`
	Data     json.RawMessage `json:"data"`
}

// MarshalJSON names the event's type by its wire name.
func (c change) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(c.Event)
	if err != nil {
		return nil, err
	}
	name, ok := names[reflect.TypeOf(c.Event)]
	if !ok {
		return nil, fmt.Errorf("%T is of nothing that the directory knows", c.Event)
	}
	return json.Marshal(stored{At: c.At, Recorded: c.Recorded, Revision: c.Revision, Type: name, Data: data})
}

// UnmarshalJSON gives the event its type back.
func (c *change) UnmarshalJSON(b []byte) error {
	var s stored
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	kind, ok := kinds[s.Type]
	if !ok {
		return fmt.Errorf("%s: %w", s.Type, domain.ErrUnknownEvent)
	}
	e := reflect.New(kind.Type)
	if err := json.Unmarshal(s.Data, e.Interface()); err != nil {
		return fmt.Errorf("%s: %w", s.Type, err)
	}
	*c = change{s.At, s.Recorded, s.Revision, e.Elem().Interface()}
	return nil
}

func changeOf(e domain.Envelope) change {
	// To the microsecond, so that a period begins for the tables when it begins for views.
	micro := func(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }
	return change{micro(e.Meta.Effective), micro(e.Meta.Decided), e.Revision, e.Event}
}

func (c change) compare(other change) int {
	if by := c.At.Compare(other.At); by != 0 {
		return by
	}
	switch {
	case c.Revision < other.Revision:
		return -1
	case c.Revision > other.Revision:
		return 1
	}
	return 0
}

// insert gives a copy of changes, which are in order, with one more; false when it is there already.
func insert(changes []change, c change) ([]change, bool) {
	at, found := slices.BinarySearchFunc(changes, c, change.compare)
	if found {
		return changes, false
	}
	return slices.Insert(slices.Clone(changes), at, c), true
}
