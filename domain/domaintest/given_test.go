package domaintest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/domaintest"
)

// A lamp that can be switched on, by somebody, at some time.
type (
	event interface{ isLamp() }
	lit   struct {
		By string    `json:"by" class:"skeleton"`
		At time.Time `json:"at" class:"skeleton"`
	}
	forgetful struct {
		Kept string     `json:"kept" class:"skeleton"`
		Lost unreadable `json:"lost" class:"skeleton"`
	}
	unreadable string
)

func (lit) isLamp()       {}
func (forgetful) isLamp() {}

// MarshalText forgets what the text was.
func (unreadable) MarshalText() ([]byte, error) { return []byte("?"), nil }

var lamp = domain.Decider[map[string]int, event]{
	Category: "lamp",
	Evolve: func(s map[string]int, _ event) map[string]int {
		next := map[string]int{"lit": s["lit"] + 1}
		return next
	},
	Events: domain.Contract[event]{"LampLit": domain.Of[lit](), "LampForgot": domain.Of[forgetful]()},
}

var (
	errLit  = domain.Refusal(domain.Conflict, "lamp.lit", "it is lit")
	errDark = domain.Refusal(domain.Conflict, "lamp.dark", "it is dark")
)

// light behaves as it is told to.
type light struct {
	may    error
	decide func(map[string]int, domain.Meta) ([]event, error)
}

func (l light) May(map[string]int, domain.Meta) error { return l.may }

func (l light) Decide(s map[string]int, m domain.Meta) ([]event, error) { return l.decide(s, m) }

func answering(events []event, err error) light {
	return light{decide: func(map[string]int, domain.Meta) ([]event, error) { return events, err }}
}

var (
	given   = domaintest.Of(lamp)
	now     = domaintest.Noon
	byAnn   = lit{By: "ann", At: now}
	asAsked = light{decide: func(_ map[string]int, m domain.Meta) ([]event, error) {
		return []event{lit{By: m.Actor.Staff, At: m.Effective}}, nil
	}}
	unsteady = func() light {
		n := 0
		return light{decide: func(map[string]int, domain.Meta) ([]event, error) {
			n++
			return make([]event, 0, n), []error{nil, errLit, errDark}[n]
		}}
	}
	meddling = light{decide: func(s map[string]int, _ domain.Meta) ([]event, error) {
		s["lit"] = 7
		return nil, nil
	}}
)

func TestCasesThatPass(t *testing.T) {
	t.Parallel()
	ann := domain.Actor{Staff: "ann"}
	domaintest.Cases{
		"as whom and when by default": given().When(asAsked).Then(lit{At: now}),
		"as whom":                     given().When(asAsked).As(ann).Then(byAnn),
		"when":                        given().When(asAsked).As(ann).At(now.Add(1)).Then(lit{By: "ann", At: now.Add(1)}),
		"when it happened":            given().When(asAsked).At(now.Add(2)).Effective(now).Then(lit{At: now}),
		"nothing":                     given(byAnn).When(answering(nil, nil)).Nothing(),
		"refused in May":              given().When(light{may: errLit}).Refused(errLit),
		"refused in Decide":           given().When(answering(nil, errLit)).Refused(errLit),
		"refused in other words":      given().When(answering(nil, errLit.Because("ann lit it"))).Refused(errLit),
		"invalid":                     given().When(answering(nil, domain.ErrInvalid.With(domain.FieldError{Field: "by", Code: "required", Msg: "!"}))).Invalid("by required"),
	}.Run(t)
}

func TestCasesThatFail(t *testing.T) {
	t.Parallel()
	named := domain.ErrInvalid.With(domain.FieldError{Field: "by", Code: "required"})
	for name, c := range map[string]struct {
		check domaintest.Check
		tells string
	}{
		"another event":            {given().When(asAsked).Then(byAnn), "decided"},
		"an event too many":        {given().When(asAsked).Then(lit{At: now}, byAnn), "decided"},
		"an event too few":         {given().When(asAsked).Nothing(), "nothing"},
		"no event":                 {given().When(answering(nil, nil)).Then(byAnn), "decided"},
		"refused, not allowed":     {given().When(answering(nil, errLit)).Then(byAnn), "lamp.lit"},
		"refused, not nothing":     {given().When(answering(nil, errLit)).Nothing(), "lamp.lit"},
		"allowed, not refused":     {given().When(asAsked).Refused(errLit), "beside a refusal"},
		"nothing, not refused":     {given().When(answering(nil, nil)).Refused(errLit), "want refusal lamp.lit"},
		"refused by another rule":  {given().When(answering(nil, errLit)).Refused(errDark), "refused by lamp.lit"},
		"refused by another code":  {given().When(answering(nil, domain.Refusal(domain.Forbidden, "lamp.lit", ""))).Refused(errLit), "forbidden"},
		"refused by no refusal":    {given().When(answering(nil, errors.New("broken"))).Refused(errLit), "broken"},
		"refused, but decided too": {given().When(answering([]event{byAnn}, errLit)).Refused(errLit), "beside a refusal"},
		"a field too few":          {given().When(answering(nil, domain.ErrInvalid)).Invalid("by required"), "by required"},
		"a field too many":         {given().When(answering(nil, named)).Refused(domain.ErrInvalid), "by required"},
		"another field":            {given().When(answering(nil, named)).Invalid("at required"), "at required"},
		"another failure":          {given().When(answering(nil, named)).Invalid("by unknown"), "by unknown"},
		"another answer each time": {given().When(unsteady()).Refused(errLit), "the second time"},
		"a changed state":          {given(byAnn).When(meddling).Nothing(), "changed the state"},
		"history that is not kept": {given(forgetful{"a", "b"}).When(asAsked).Nothing(), "recorded as"},
		"event that is not kept":   {given().When(answering([]event{forgetful{"a", "b"}}, nil)).Then(forgetful{"a", "b"}), "recorded as"},
		"event of no contract":     {given().When(answering([]event{&byAnn}, nil)).Then(&byAnn), "not in the contract"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, c.check.Failure(t), c.tells)
			require.Regexp(t, `^given_test\.go:\d+$`, c.check.Where())
		})
	}
}
