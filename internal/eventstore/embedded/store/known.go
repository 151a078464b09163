package store

import (
	"errors"

	"github.com/cockroachdb/pebble/v2"
)

// learnStreams begins to make the names of all streams known. Until that is
// done, the index is asked.
func (s *Store) learnStreams() error {
	heads, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{keyHead}, UpperBound: []byte{keyHead + 1}})
	if err != nil {
		return err
	}
	s.running.Go(func() {
		if err := s.learn(heads); err != nil {
			s.log.Warn("appends to new streams are slow, as the names of the streams cannot be read", "error", err)
		}
	})
	return nil
}

func (s *Store) learn(heads *pebble.Iterator) error {
	names := make([]string, 0, 1024)
	for ok := heads.First(); ok; ok = heads.Next() {
		if names = append(names, string(heads.Key()[3:])); len(names) == cap(names) {
			s.heads.learn(names, false)
			names = names[:0]
			select {
			case <-s.closing:
				return heads.Close()
			default:
			}
		}
	}
	if err := errors.Join(heads.Error(), heads.Close()); err != nil {
		return err
	}
	s.heads.learn(names, true)
	return nil
}
