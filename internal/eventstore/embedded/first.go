package embedded

import (
	"context"
	"encoding/json"

	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

// firstStart gives an empty log the system events that clients expect to find:
// the accounts, and the metadata of the system's own streams.
func (s *Server) firstStart(ctx context.Context) error {
	if !s.store.Empty() {
		return nil
	}
	admins, err := json.Marshal(map[string]any{"$acl": map[string]any{"$r": "$admins", "$w": "$admins", "$d": "$admins", "$mr": "$admins", "$mw": "$admins"}})
	if err != nil {
		return err
	}
	type entry struct {
		stream string
		event  record.Proposed
	}
	entries := []entry{
		{"$$$scavenges", meta(admins)},
		{"$$$user-admin", meta(admins)},
		{"$$$user-ops", meta(admins)},
	}
	for _, login := range []string{"admin", "ops"} {
		entries = append(entries,
			entry{"$user-" + login, system("$UserCreated", []byte(`{"loginName":"`+login+`"}`))},
			entry{"$users", record.Proposed{ID: store.NewID(), Type: "$User", Data: []byte(login)}})
	}
	return s.store.Update(ctx, func(tx *store.Tx) error {
		for _, e := range entries {
			if _, err := tx.Append(e.stream, store.Any, []record.Proposed{e.event}); err != nil {
				return err
			}
		}
		return nil
	})
}

func meta(data []byte) record.Proposed { return system(record.TypeMetadata, data) }

func system(typ string, data []byte) record.Proposed {
	return record.Proposed{ID: store.NewID(), Type: typ, JSON: true, Data: data}
}
