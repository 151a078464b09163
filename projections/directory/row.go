package directory

import (
	"reflect"
	"time"

	"docket/domain"
	"docket/domain/unit"
	"docket/projections"
)

// Rows of the tables; each holds from ValidFrom up to, not including, ValidTo, or until further notice.
type (
	historyRow struct {
		Stream  string   `db:"stream,key"`
		Changes []change `db:"changes,json"`
	}
	unitRow struct {
		ID        string        `db:"id,key"`
		ValidFrom time.Time     `db:"valid_from,key"`
		ValidTo   *time.Time    `db:"valid_to"`
		Kind      unit.Kind     `db:"kind"`
		Code      string        `db:"code"`
		Name      string        `db:"name"`
		Parent    string        `db:"parent"`
		Active    bool          `db:"active"`
		Settings  unit.Settings `db:"settings,json"`
	}
	leaderRow struct {
		Unit      string     `db:"unit,key"`
		ValidFrom time.Time  `db:"valid_from,key"`
		ValidTo   *time.Time `db:"valid_to"`
		Leader    string     `db:"leader"`
	}
	staffRow struct {
		ID        string     `db:"id,key"`
		ValidFrom time.Time  `db:"valid_from,key"`
		ValidTo   *time.Time `db:"valid_to"`
		Name      string     `db:"name"`
		Number    string     `db:"number"`
		Active    bool       `db:"active"`
	}
	membershipRow struct {
		Staff     string     `db:"staff,key"`
		Group     string     `db:"grp,key"`
		ValidFrom time.Time  `db:"valid_from,key"`
		ValidTo   *time.Time `db:"valid_to"`
	}
	postRow struct {
		Staff     string     `db:"staff,key"`
		Role      string     `db:"role,key"`
		Unit      string     `db:"unit,key"`
		ValidFrom time.Time  `db:"valid_from,key"`
		ValidTo   *time.Time `db:"valid_to"`
	}
)

func (r unitRow) key() []any       { return []any{r.ID, r.ValidFrom} }
func (r leaderRow) key() []any     { return []any{r.Unit, r.ValidFrom} }
func (r staffRow) key() []any      { return []any{r.ID, r.ValidFrom} }
func (r membershipRow) key() []any { return []any{r.Staff, r.Group, r.ValidFrom} }
func (r postRow) key() []any       { return []any{r.Staff, r.Role, r.Unit, r.ValidFrom} }

func unitRows(t timeline[unit.Facts]) (rows []unitRow) {
	for i, s := range t {
		f := s.facts
		next := unitRow{f.ID, s.from, t.end(i), f.Kind, f.Code, f.Name, f.Parent, f.Active, f.Settings}
		if n := len(rows); n > 0 && alike(rows[n-1], next) {
			rows[n-1].ValidTo = next.ValidTo // only the leader changed
			continue
		}
		rows = append(rows, next)
	}
	return rows
}

func alike(a, b unitRow) bool {
	a.ValidFrom, a.ValidTo = b.ValidFrom, b.ValidTo
	return a == b
}

func leaderRows(t timeline[unit.Facts]) (rows []leaderRow) {
	for _, p := range periods(t, func(f unit.Facts) []string {
		if f.Leader == "" {
			return nil
		}
		return []string{f.Leader}
	}) {
		rows = append(rows, leaderRow{t[0].facts.ID, p.from, p.to, p.of})
	}
	return rows
}

func staffRows(t timeline[person]) (rows []staffRow) {
	for _, p := range periods(t, func(p person) []staffRow {
		return []staffRow{{ID: p.ID, Name: p.Name, Number: p.number, Active: p.Active}}
	}) {
		r := p.of
		r.ValidFrom, r.ValidTo = p.from, p.to
		rows = append(rows, r)
	}
	return rows
}

func membershipRows(t timeline[person]) (rows []membershipRow) {
	for _, p := range periods(t, func(p person) []string { return p.Groups }) {
		rows = append(rows, membershipRow{t[0].facts.ID, p.of, p.from, p.to})
	}
	return rows
}

func postRows(t timeline[person]) (rows []postRow) {
	for _, p := range periods(t, func(p person) []domain.Post { return p.Posts }) {
		rows = append(rows, postRow{t[0].facts.ID, p.of.Role, p.of.Unit, p.from, p.to})
	}
	return rows
}

// period is a time during which a member is in a set without a break.
type period[T any] struct {
	of   T
	from time.Time
	to   *time.Time
}

// periods lists when each member was in the set that the facts hold, in order of beginning.
func periods[F any, T comparable](t timeline[F], members func(F) []T) []period[T] {
	var all []period[T]
	open := map[T]int{} // members now in, and their places in all
	for _, s := range t {
		present := map[T]bool{}
		for _, m := range members(s.facts) {
			present[m] = true
			if _, in := open[m]; !in {
				open[m] = len(all)
				all = append(all, period[T]{of: m, from: s.from})
			}
		}
		for m, i := range open {
			if !present[m] {
				to := s.from
				all[i].to = &to
				delete(open, m)
			}
		}
	}
	return all
}

// settle brings a table from the rows it had to those it should have.
func settle[R interface{ key() []any }](table *projections.Table[R], rows *projections.Rows, before, after []R) {
	have := map[[4]any]R{}
	for _, r := range before {
		have[fixed(r.key())] = r
	}
	for _, r := range after {
		k := fixed(r.key())
		if old, ok := have[k]; !ok || !reflect.DeepEqual(old, r) {
			table.Put(rows, r)
		}
		delete(have, k)
	}
	for _, r := range before { // in order, not the map's
		if _, gone := have[fixed(r.key())]; gone {
			table.Delete(rows, r.key()...)
		}
	}
}

// fixed makes a key comparable; instants here are all UTC.
func fixed(key []any) (k [4]any) {
	copy(k[:], key)
	return k
}
