package store

// KnownOf gives the filter of names after n have been added to it.
func KnownOf(first, n int, name func(int) string) (has func(string) bool) {
	k := newKnown(first)
	for i := range n {
		k.add(name(i))
	}
	return k.has
}

// Learned waits until the names of all streams are known.
func (s *Store) Learned() { s.running.Wait() }
