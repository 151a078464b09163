package domain

import (
	"errors"
	"fmt"
	"reflect"
)

// Errors that a journal tells its callers. They are about the store, not about the rules.
var (
	// ErrWrongRevision: the stream has moved on since it was read; nothing was written.
	ErrWrongRevision = errors.New("stream is at another revision")
	// ErrAmbiguous: the store's answer was lost; the events may have been written. Read back before answering.
	ErrAmbiguous = errors.New("append may or may not have been stored")
)

// Schema is an aggregate's contract with its types erased, for code that stores or reads events of every aggregate.
type Schema struct {
	Category string
	Kinds    map[string]Kind
	split    func(any) (string, int, Parts, error)
	join     func(string, int, Parts) (any, error)
	joinFor  func(string, int, Parts, ...Class) (any, error)
}

// Schema erases the types of a decider's contract, which must not change any more: types are looked up in an index that is
// made here, not in the contract.
func (d Decider[S, E]) Schema() Schema {
	names := d.Events.names()
	return Schema{
		Category: d.Category,
		Kinds:    d.Events,
		split: func(event any) (string, int, Parts, error) {
			e, ok := event.(E)
			if !ok {
				return "", 0, Parts{}, fmt.Errorf("%T is not an event of %s", event, d.Category)
			}
			return d.Events.splitAs(names[reflect.TypeOf(e)], e)
		},
		join: func(name string, version int, p Parts) (any, error) { return d.Events.Join(name, version, p) },
		joinFor: func(name string, version int, p Parts, lost ...Class) (any, error) {
			return d.Events.JoinFor(name, version, p, lost...)
		},
	}
}

// Split encodes an event by class; see [Contract.Split].
func (s Schema) Split(event any) (name string, version int, p Parts, err error) {
	return s.split(event)
}

// Join decodes an event with everything open, for decisions; see [Contract.Join].
func (s Schema) Join(name string, version int, p Parts) (any, error) { return s.join(name, version, p) }

// JoinFor decodes an event for projections: marked fields masked, lost classes told; see [Contract.JoinFor].
func (s Schema) JoinFor(name string, version int, p Parts, lost ...Class) (any, error) {
	return s.joinFor(name, version, p, lost...)
}

// Pending is an event about to be appended.
type Pending struct {
	Event any
	Meta  Metadata
}
