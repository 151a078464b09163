// Package links writes the link streams of the standard projections: for every
// event of a stream <category>-<id> a link in $ce-<category>, and for every
// event a link in $et-<type>. It follows the log behind the appends; its links
// and how far it has come are committed together, so that after any crash each
// event has exactly one link in each stream, in the order of the log.
//
// Events in system streams (their names begin with $) get no links, nor do
// links. What a link points at may go away; the link stays.
package links

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

const (
	mark     = "links" // under which the position is kept
	pageSize = 256
	pause    = time.Second // before a failed page is tried again
)

// Run writes links until ctx ends.
func Run(ctx context.Context, st *store.Store, log *slog.Logger) error {
	next, err := start(st)
	if err != nil {
		return fmt.Errorf("links: %w", err)
	}
	for {
		changed := st.Changed()
		p, err := st.Forward(next, pageSize)
		if err == nil {
			err = write(ctx, st, p)
		}
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // asked to end
		case err != nil:
			log.Warn("links cannot be written, it will be tried again", "error", err)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return nil
			}
			continue
		}
		if next = p.Next; !p.Done {
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

func start(st *store.Store) (uint64, error) {
	b, err := st.Mark(mark)
	if err != nil || b == nil {
		return 0, err
	}
	next, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, errors.New("unreadable position")
	}
	return next, nil
}

type link struct {
	stream string
	event  record.Proposed
}

// write stores the links of a page. A page without any is not noted: the note
// itself would be a reason to go on.
func write(ctx context.Context, st *store.Store, p store.Page) error {
	var links []link
	for _, r := range p.Recs {
		v, err := r.View()
		if err != nil {
			return err
		}
		for _, stream := range streams(&v) {
			l, err := linkTo(&v)
			if err != nil {
				return err
			}
			links = append(links, link{stream, l})
		}
	}
	if len(links) == 0 {
		return nil
	}
	return st.Update(ctx, func(tx *store.Tx) error {
		for _, l := range links {
			_, err := tx.Append(l.stream, store.Any, []record.Proposed{l.event})
			var gone *store.StreamDeleted
			if err != nil && !errors.As(err, &gone) { // somebody wanted no links there
				return err
			}
		}
		return tx.SetMark(mark, binary.AppendUvarint(nil, p.Next))
	})
}

// streams names the link streams in which an event is to appear.
func streams(v *record.View) []string {
	name, typ := string(v.Stream), string(v.Type)
	if strings.HasPrefix(name, "$") || typ == record.TypeLink || typ == record.TypeDeleted {
		return nil
	}
	var out []string
	if category, _, ok := strings.Cut(name, "-"); ok && category != "" {
		out = append(out, "$ce-"+category)
	}
	out = append(out, "$et-"+typ)
	return slices.DeleteFunc(out, func(name string) bool { return store.CheckName(name) != nil }) // too long a type
}

func linkTo(v *record.View) (record.Proposed, error) {
	meta, err := json.Marshal(struct {
		Stream   string `json:"$o"`
		Commit   uint64 `json:"$c"`
		Prepare  uint64 `json:"$p"`
		CausedBy string `json:"$causedBy"`
	}{string(v.Stream), v.Position, v.Position, v.ID.String()})
	return record.Proposed{
		ID: store.NewID(), Type: record.TypeLink, Data: record.LinkData(string(v.Stream), v.Revision), Meta: meta,
	}, err
}
