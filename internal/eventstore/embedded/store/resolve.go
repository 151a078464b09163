package store

import "docket/internal/eventstore/embedded/record"

// Resolve gives the event that a link points at. The event is nil if it cannot
// be seen any more; isLink is false for an event that is no well-formed link.
func (s *Store) Resolve(v *record.View) (event []byte, isLink bool, err error) {
	if string(v.Type) != record.TypeLink {
		return nil, false, nil
	}
	stream, revision, ok := record.ParseLink(v.Data)
	if !ok {
		return nil, false, nil
	}
	r, found, err := s.Visible(stream, revision)
	if err != nil || !found {
		return nil, true, err
	}
	return r.Raw, true, nil
}
