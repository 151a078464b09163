package embedded

import (
	"context"
	"encoding/json"
	"fmt"

	"docket/internal/eventstore/embedded/access"
	"docket/internal/eventstore/embedded/record"
	"docket/internal/eventstore/embedded/store"
)

// The default accounts.
const (
	loginAdmin = "admin"
	loginOps   = "ops"
)

// firstStart gives an empty log its first events: those it is to be filled
// with, or else the system events that clients expect to find.
func (s *Server) firstStart(ctx context.Context) error {
	if s.store.Empty() && s.o.Fill != nil {
		if err := s.store.Load(ctx, s.o.Fill); err != nil {
			return err
		}
	}
	if s.store.Empty() {
		if err := s.systemEvents(ctx); err != nil {
			return err
		}
	}
	for login, password := range map[string]string{loginAdmin: s.o.AdminPassword, loginOps: s.o.OpsPassword} {
		if err := s.setPassword(ctx, login, password); err != nil {
			return err
		}
	}
	return nil
}

// systemEvents writes the accounts and the metadata of the system's own streams.
func (s *Server) systemEvents(ctx context.Context) error {
	const accountACL = `{"$acl":{"$w":"$admins","$d":"$admins","$mw":"$admins"}}`
	type entry struct {
		stream string
		event  record.Proposed
	}
	entries := []entry{
		{"$$$stats-" + s.o.Listen, jsonEvent(record.TypeMetadata, []byte(`{"$maxAge":864000}`))},
		{"$$$user-" + loginOps, jsonEvent(record.TypeMetadata, []byte(accountACL))},
		{"$$$user-" + loginAdmin, jsonEvent(record.TypeMetadata, []byte(accountACL))},
		{"$$$scavenges", jsonEvent(record.TypeMetadata,
			[]byte(`{"$maxAge":2592000,"$acl":{"$r":"$ops","$w":[],"$d":[],"$mr":[],"$mw":[]}}`))},
	}
	for _, a := range []struct{ login, name, password, group string }{
		{loginOps, "Event Store Operations", s.o.OpsPassword, access.Ops},
		{loginAdmin, "Event Store Administrator", s.o.AdminPassword, access.Admins},
	} {
		account, err := s.firstAccount(a.login, a.name, a.password, a.group)
		if err != nil {
			return err
		}
		data, err := json.Marshal(account)
		if err != nil {
			return err
		}
		entries = append(entries, entry{access.Stream(a.login), jsonEvent("$UserCreated", data)},
			entry{"$users", record.Proposed{ID: store.NewID(), Type: "$User", Data: []byte(a.login)}})
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

func (s *Server) firstAccount(login, name, password, group string) (a access.Account, err error) {
	if password != "" {
		return access.NewAccount(login, name, password, group)
	}
	a, s.passwords[login], err = access.NewAccountMadeUp(login, name, group)
	return a, err
}

// setPassword gives a default account the password that was asked for.
func (s *Server) setPassword(ctx context.Context, login, password string) error {
	if password == "" {
		return nil
	}
	exists, matches, err := access.NewAuthenticator(s.store).Has(login, password)
	if err != nil || !exists || matches {
		return err
	}
	group := access.Admins
	if login == loginOps {
		group = access.Ops
	}
	account, err := access.NewAccount(login, "Event Store "+login, password, group)
	if err != nil {
		return err
	}
	data, err := json.Marshal(account)
	if err != nil {
		return err
	}
	if _, err = s.store.Append(ctx, access.Stream(login), store.Any, []record.Proposed{jsonEvent("$UserUpdated", data)}); err != nil {
		return fmt.Errorf("change the password of %s: %w", login, err)
	}
	return nil
}

func jsonEvent(typ string, data []byte) record.Proposed {
	return record.Proposed{ID: store.NewID(), Type: typ, JSON: true, Data: data}
}

// FirstPasswords gives the passwords that this first start made up for the
// default accounts, by login. They are stored as hashes only: this is the one
// time they can be told. Nil on any later start, and where passwords were given.
func (s *Server) FirstPasswords() map[string]string {
	if len(s.passwords) == 0 {
		return nil
	}
	return s.passwords
}
