package importer

import (
	"context"
	"regexp"
	"strings"
	"sync"

	"docket/domain/unit"
	"docket/internal/importer/plan"
	"docket/internal/sender"
)

// The bodies of the commands that create an organisation.
type (
	openUnit struct {
		Kind   unit.Kind `json:"kind"`
		Code   string    `json:"code,omitempty"`
		Name   string    `json:"name"`
		Parent string    `json:"parent,omitempty"`
	}
	joinStaff struct {
		Name   string `json:"name"`
		Number string `json:"number,omitempty"`
	}
	startMembership struct {
		Group string `json:"group"`
	}
)

// settings are what a log needs of its unit: nothing tells there who accepted, reviewed or delivered anything, and work may
// have ended without anybody known.
var settings = unit.Settings{AcceptOnRegister: true, CompleteUnassigned: true, WaiveReview: true, WaiveDelivery: true}

var staffNumber = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

// organise creates the unit, groups, people and memberships, effective before the log begins. Everything here has to be
// accepted: without it the rows could not be.
func (r *run) organise(ctx context.Context) error {
	o := &r.organisation
	at := plan.Before(r.log.Begin)
	r.keys = newIdentities(o)
	send := func(path, key string, body any) (string, error) {
		a, err := r.client.send(ctx, sender.Command{Path: path, Key: r.o.ID + "-" + key, At: at, Body: body})
		if err == nil {
			r.client.Passed(a.Position)
		}
		return a.ID, err
	}
	u := r.mapping.Unit
	id, err := send("/v1/units", "unit", openUnit{Kind: unit.Department, Code: u.Code, Name: u.Name})
	if err != nil {
		return err
	}
	r.keys.unit = id
	if _, err := send("/v1/units/"+id+"/settings", "settings", settings); err != nil {
		return err
	}
	var mu sync.Mutex
	err = r.eachOf(o.Groups(), func(group string) error {
		name := strings.ReplaceAll(r.mapping.Names.Group, "{id}", group)
		id, err := send("/v1/units", r.keyOf("group", group), openUnit{Kind: unit.Group, Name: name, Parent: r.keys.unit})
		mu.Lock()
		defer mu.Unlock()
		r.keys.groups[group] = id
		return err
	})
	if err != nil {
		return err
	}
	return r.eachOf(o.People(), func(person string) error {
		body := joinStaff{Name: strings.ReplaceAll(r.mapping.Names.Person, "{id}", person)}
		if staffNumber.MatchString(person) {
			body.Number = person
		}
		id, err := send("/v1/staff", r.keyOf("person", person), body)
		if err != nil {
			return err
		}
		mu.Lock()
		r.keys.people[person] = id
		mu.Unlock()
		for _, group := range o.Memberships(person) {
			body := startMembership{Group: r.keys.groups[group]}
			if _, err := send("/v1/staff/"+id+"/start-membership", r.keyOf("member", person, group), body); err != nil {
				return err
			}
		}
		return nil
	})
}

// keyOf is an idempotency key for something that the log calls by keys that may hold any characters.
func (r *run) keyOf(parts ...string) string { return r.key(strings.Join(parts, "\x00"), -1, -1) }

// eachOf does something for every item, a few at a time, until one fails.
func (r *run) eachOf(items []string, do func(string) error) error {
	var workers sync.WaitGroup
	var once sync.Once
	var failed error
	next := make(chan string)
	stop := make(chan struct{})
	for range r.o.Concurrency {
		workers.Go(func() {
			for item := range next {
				if err := do(item); err != nil {
					once.Do(func() { failed = err; close(stop) })
					return
				}
			}
		})
	}
	for _, item := range items {
		select {
		case next <- item:
			continue
		case <-stop:
		}
		break
	}
	close(next)
	workers.Wait()
	return failed
}
