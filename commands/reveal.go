package commands

// Revealed is a marked value in plain, as an answer holds it and nothing else does.
type Revealed struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// reveal puts the value into the answer of a command that reveals one. The event that tells of it is stored by then.
func (t *try) reveal(a *Answer) {
	if t.e.Reveals {
		field, value := t.x.reveal()
		a.Revealed = &Revealed{Field: field, Value: value}
	}
}
