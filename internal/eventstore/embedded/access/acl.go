package access

import (
	"encoding/json"
	"strings"

	"docket/internal/eventstore/embedded/store"
)

// Op is what a caller wants to do with a stream.
type Op int

// Operations on a stream.
const (
	Read Op = iota
	Write
	Delete
	readMeta
	writeMeta
)

// settingsStream may replace the default lists.
const settingsStream = "$settings"

var (
	everybody = &store.ACL{
		Read: []string{all}, Write: []string{all}, Delete: []string{all}, MetaRead: []string{all}, MetaWrite: []string{all},
	}
	adminsOnly = &store.ACL{
		Read: []string{Admins}, Write: []string{Admins}, Delete: []string{Admins},
		MetaRead: []string{Admins}, MetaWrite: []string{Admins},
	}
)

// Lists decides by access lists.
type Lists struct{ store *store.Store }

// NewLists decides by the lists of a store.
func NewLists(st *store.Store) Lists { return Lists{st} }

// Check refuses an operation on a stream, or on the whole log as "$all", with
// [ErrDenied]. A stream without a list has the default of its kind: everybody
// who has said who he is for users' streams, administrators for the system's.
// A metadata stream follows the lists of the stream it describes.
func (l Lists) Check(p Principal, op Op, stream string) error {
	if p.Anonymous() {
		return ErrDenied
	}
	if p.In(Admins) {
		return nil
	}
	if of, ok := store.MetadataOf(stream); ok {
		stream = of
		if op == Read {
			op = readMeta
		} else {
			op = writeMeta
		}
	}
	user, system, err := l.defaults()
	if err != nil {
		return err
	}
	fallback := user
	if strings.HasPrefix(stream, "$") {
		fallback = system
	}
	head, err := l.store.Head(stream)
	if err != nil {
		return err
	}
	own := list{head.Meta.ACL}
	if own.ACL != nil && own.Preset != "" {
		if own = user; head.Meta.ACL.Preset == "$systemStreamAcl" {
			own = system
		}
	}
	roles := own.roles(op)
	if roles == nil {
		roles = fallback.roles(op)
	}
	if !p.In(roles...) {
		return ErrDenied
	}
	return nil
}

type list struct{ *store.ACL }

func (l list) roles(op Op) []string {
	if l.ACL == nil {
		return nil
	}
	switch op {
	case Read:
		return l.Read
	case Write:
		return l.Write
	case Delete:
		return l.Delete
	case readMeta:
		return l.MetaRead
	default:
		return l.MetaWrite
	}
}

// defaults are the lists of streams that have none, as the settings say.
func (l Lists) defaults() (user, system list, err error) {
	user, system = list{everybody}, list{adminsOnly}
	p, err := l.store.StreamBackward(settingsStream, store.LastRevision, 1)
	if err != nil || len(p.Recs) == 0 {
		return user, system, err
	}
	v, err := p.Recs[0].View()
	if err != nil {
		return user, system, err
	}
	var settings struct {
		User   json.RawMessage `json:"$userStreamAcl"`
		System json.RawMessage `json:"$systemStreamAcl"`
	}
	if json.Unmarshal(v.Data, &settings) != nil {
		return user, system, nil //nolint:nilerr // settings that cannot be read change nothing, as on a real server
	}
	return merge(settings.User, user), merge(settings.System, system), nil
}

// merge takes from the settings what they say and keeps the rest.
func merge(raw json.RawMessage, base list) list {
	given := store.ParseACL(raw)
	if given == nil || given.Preset != "" {
		return base
	}
	pick := func(roles, otherwise []string) []string {
		if roles == nil {
			return otherwise
		}
		return roles
	}
	return list{&store.ACL{
		Read: pick(given.Read, base.Read), Write: pick(given.Write, base.Write), Delete: pick(given.Delete, base.Delete),
		MetaRead: pick(given.MetaRead, base.MetaRead), MetaWrite: pick(given.MetaWrite, base.MetaWrite),
	}}
}
