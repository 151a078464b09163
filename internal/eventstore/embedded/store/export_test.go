package store

// Learned waits until the names of all streams are known.
func (s *Store) Learned() { s.running.Wait() }
