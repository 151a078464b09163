package readapi

import (
	"context"
	"slices"
	"time"
	"unicode"

	"docket/domain/authz"
	"docket/domain/form/fold"
	"docket/internal/httpapi"
	"docket/projections/queue"
)

const (
	// usualDays is how far back likely duplicates are looked for where the template does not tell.
	usualDays = 30
	// likely is from which similarity on two titles count as alike.
	likely = 0.3
)

// DuplicatesRequest asks what a ticket may be a duplicate of.
type DuplicatesRequest struct {
	Request
	TicketPath
}

// LikelyDuplicate is a ticket of the same customer and type whose title is like this one's.
type LikelyDuplicate struct {
	Similarity float64 `json:"similarity" minimum:"0" maximum:"1" doc:"share of the pairs of characters that both titles have"`
	QueueItem
}

// likelyDuplicates shows what the customer may have come with before, best first, as far as the reader may see it (重複辦理,
// mission row I11). It decides nothing: joining is a command.
func (s *service) likelyDuplicates(ctx context.Context, in *DuplicatesRequest) (*ListResponse[LikelyDuplicate], error) {
	f, err := s.open(ctx, "ticket.duplicates", in.ID)
	if err != nil {
		return nil, err
	}
	p, position := &f.Page, f.position
	out := &ListResponse[LikelyDuplicate]{Position: position, Body: List[LikelyDuplicate]{Items: []LikelyDuplicate{}}}
	if p.Form.Customer == "" {
		return out, nil
	}
	days := usualDays
	if d := s.definition(p.Form.Template); d != nil && d.Rules.Duplicates > 0 {
		days = d.Rules.Duplicates
	}
	window := time.Duration(days) * 24 * time.Hour
	rows, position, err := queue.Alike(ctx, s.Reader, position, queue.Kin{
		Reach: authz.Reached(httpapi.ActorFrom(ctx), authz.TicketRead), Ticket: p.Ticket, Customer: p.Form.Customer, Type: p.Form.Type,
		From: p.RegisteredAt.Add(-window), To: p.RegisteredAt.Add(window),
	})
	if err != nil {
		return nil, err
	}
	out.Position = min(out.Position, position)
	title, names := pairs(p.Form.Title), s.names.roll(s.Clock())
	for i := range rows {
		if alike := similarity(title, pairs(rows[i].Title)); alike >= likely {
			out.Body.Items = append(out.Body.Items, LikelyDuplicate{Similarity: alike, QueueItem: queueItem(&rows[i], names)})
		}
	}
	slices.SortStableFunc(out.Body.Items, func(a, b LikelyDuplicate) int { // equally like ones stay newest first
		switch {
		case a.Similarity > b.Similarity:
			return -1
		case a.Similarity < b.Similarity:
			return 1
		}
		return 0
	})
	return out, nil
}

// pairs counts the pairs of neighbouring letters and digits (2-grams), whatever their width, script and case. A title of one
// character pairs it with nothing.
func pairs(title string) map[[2]rune]int {
	all := map[[2]rune]int{}
	var previous rune
	n := 0
	for _, r := range fold.Text(title) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if n++; n > 1 {
			all[[2]rune{previous, r}]++
		}
		previous = r
	}
	if n == 1 {
		all[[2]rune{previous}]++
	}
	return all
}

// similarity is Dice's coefficient of two counts of pairs: 1 for the same pairs, 0 for none in common.
func similarity(a, b map[[2]rune]int) float64 {
	common, total := 0, 0
	for pair, n := range a {
		common += min(n, b[pair])
		total += n
	}
	for _, n := range b {
		total += n
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(common) / float64(total)
}
