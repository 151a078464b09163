package commands

import (
	"context"

	"docket/domain"
)

// Index finds streams by what identifies their subjects; internal/vault is one. Revisions order what is noted of one
// stream.
type Index interface {
	// Remember notes durably that the stream has these identifiers as of a revision that is about to be stored.
	Remember(ctx context.Context, stream string, revision uint64, ids []domain.Identifier) error
	// Forget drops what was noted up to a revision, but for the identifiers that are kept.
	Forget(ctx context.Context, stream string, revision uint64, keep []domain.Identifier) error
	// Find gives the streams that may have an identifier.
	Find(ctx context.Context, id domain.Identifier) ([]string, error)
}

// index notes identifiers before the events that tell of them are stored. Should the append fail, a note is left that leads
// to a stream without the identifier, which whoever follows it sees; in the other order a crash would leave a customer that
// nobody finds, and a second file would be opened.
func (t *try) index(ctx context.Context, events []any) error {
	ids := identified(events)
	if len(ids) == 0 || t.p.Index == nil {
		return nil
	}
	last := uint64(int64(t.revision) + int64(len(events))) // NoStream is -1
	return t.p.Index.Remember(ctx, string(t.stream), last, ids)
}

// unindex drops what no longer identifies the stream's subject. A failure leaves a note that leads nowhere, no more; what
// another command notes at the same moment has a later revision and stays.
func (t *try) unindex(ctx context.Context, events []any, revision uint64) {
	if t.p.Index == nil || t.revision == domain.NoStream || len(identified(events)) == 0 {
		return
	}
	state, ok := t.x.after(events).(interface{ Identifiers() []domain.Identifier })
	if !ok {
		return
	}
	if err := t.p.Index.Forget(ctx, string(t.stream), revision, state.Identifiers()); err != nil {
		t.p.Logger.WarnContext(ctx, "a former identifier is still noted", "stream", t.stream, "error", err)
	}
}

func identified(events []any) []domain.Identifier {
	var ids []domain.Identifier
	for _, e := range events {
		if i, ok := e.(domain.Identified); ok {
			ids = append(ids, i.Identifiers()...)
		}
	}
	return ids
}
