package directory

// part is what a view holds of one category: of each stream its changes, and what they come to. The view's lock guards it.
type part[F any] struct {
	known map[string]known[F]
	fold  func(id string, changes []change, before F) F
}

type known[F any] struct {
	changes []change
	facts   F
}

// changeable is a part without its type.
type changeable interface {
	changes(id string) []change
	set(id string, changes []change)
	clear()
}

// afresh makes a fold of one that takes nothing over from what was known before.
func afresh[F any](fold func(id string, changes []change) F) func(string, []change, F) F {
	return func(id string, changes []change, _ F) F { return fold(id, changes) }
}

func newPart[F any](fold func(id string, changes []change, before F) F) *part[F] {
	return &part[F]{known: map[string]known[F]{}, fold: fold}
}

// facts is what is known of a stream; zero when nothing is.
func (p *part[F]) facts(id string) F { return p.known[id].facts }

func (p *part[F]) changes(id string) []change { return p.known[id].changes }

func (p *part[F]) set(id string, changes []change) {
	p.known[id] = known[F]{changes, p.fold(id, changes, p.known[id].facts)}
}

func (p *part[F]) clear() { clear(p.known) }
