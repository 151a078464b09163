// Package simulation makes up an office that has been at work for a while: what comes in at which hour, who takes it, what they
// write down, to whom they hand it over, what reviewers return, what customers object to. It yields commands with the people
// who issue them and the times they do, the same for the same seed; how they are carried out is another matter: over HTTP
// against a service ([Run]), or decided in this process and appended whole ([Bulk]).
//
// It invents work, not rules: a command that the rules refuse is a mistake of the simulation.
package simulation

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"
)

// Options say what office is simulated. Two simulations with equal options are equal in every text, person and time.
type Options struct {
	Tickets int
	Seed    uint64
	Until   time.Time // the office's present: nothing happens later
	Days    int       // how long it has been open by then; 0: 180
	Planned int       // tickets of a hundred that follow a template; the others are plain
	Scatter bool      // tickets come in no order of time, so that the first ones are a fair sample of all
}

// id names the simulation: keys are made of it, so that one that broke off is gone on with and another is not mistaken for it.
func (o Options) id() string {
	text := fmt.Sprintf("%d %d %d %d %d %t", o.Tickets, o.Seed, o.Until.Unix(), o.Days, o.Planned, o.Scatter)
	sum := sha256.Sum256([]byte("docket simulation " + text))
	return hex.EncodeToString(sum[:6])
}

// Act is one command of somebody at a time.
type Act struct {
	Command string // name in the catalogue
	Key     string // idempotency key
	By      string // key of the staff
	At      time.Time
	Body    any  // pointer to the command
	Lax     bool // a refusal changes nothing for what follows: the real day decides whether it is too late
}

// Case is the life of one ticket so far: its first act creates it.
type Case struct {
	Index int
	Acts  []Act
}

// Plan knows what happens in an office.
type Plan struct {
	o      Options
	id     string
	office Office
	hours  *hours
	stride int
}

// NewPlan plans the work of an office that is open.
func NewPlan(o Options, office Office) (*Plan, error) {
	o = o.filled()
	h, err := openHours(o.Until.AddDate(0, 0, -o.Days), o.Until)
	if err != nil {
		return nil, err
	}
	return &Plan{o: o, id: o.id(), office: office, hours: h, stride: strideOf(o.Tickets)}, nil
}

func (o Options) filled() Options {
	if o.Days <= 0 {
		o.Days = 180
	}
	o.Until = o.Until.UTC().Truncate(time.Second)
	return o
}

// strideOf is a step by which all of n places are visited, far from each other: near n by the golden ratio, and prime to n.
func strideOf(n int) int {
	const golden = 0.6180339887498949
	step := max(1, int(float64(n)*golden))
	for gcd(step, max(n, 1)) != 1 {
		step++
	}
	return step
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Of the newest fifth of the tickets every second is left where its work happens to be; so about a tenth is open.
const (
	recentShare = 0.8
	leftOpen    = 0.5
)

// Case is the life of the i-th ticket, from 0.
func (p *Plan) Case(i int) Case {
	place := i
	if p.o.Scatter {
		place = i * p.stride % p.o.Tickets
	}
	rng := rand.New(rand.NewPCG(p.o.Seed, uint64(place))) //nolint:gosec // the same again, not a secret
	share := (float64(place) + rng.Float64()) / float64(p.o.Tickets)
	l := &life{plan: p, rng: rng, prefix: fmt.Sprintf("sim-%s-%d-", p.id, place)}
	l.arrive(share)
	switch {
	case rng.IntN(100) < p.o.Planned:
		l.planned()
	case rng.IntN(100) < 70:
		l.call()
	default:
		l.plain()
	}
	acts := l.acts
	if share > recentShare && rng.Float64() < leftOpen {
		acts = acts[:1+rng.IntN(len(acts))]
	}
	for n, a := range acts {
		if a.At.After(p.hours.shut()) {
			acts = acts[:n]
			break
		}
	}
	return Case{Index: i, Acts: acts}
}
