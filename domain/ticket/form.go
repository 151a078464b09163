package ticket

import "maps"

// Form is what has been filled in on a planned ticket, by the field keys of its template: texts as typed, marked values
// among them. Filling in (mission row I3) and correcting (mission row K1) change it through [Form.With] alone.
type Form struct {
	Values   map[string]string
	Revision int // counts the changes, from 1; 0: nothing has been filled in
}

// With is the form once these values, of one change, have been written over what stood there; an empty text takes a value
// away. The form itself stays as it is.
func (f Form) With(values ...map[string]string) Form {
	all := maps.Clone(f.Values)
	if all == nil {
		all = map[string]string{}
	}
	for _, written := range values {
		for key, value := range written {
			if value == "" {
				delete(all, key)
			} else {
				all[key] = value
			}
		}
	}
	return Form{Values: all, Revision: f.Revision + 1}
}
