package readapi

import (
	"errors"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// StageView is one stage of the route: where it stands, who may sign, and everything that was decided at it (mission rows R1–R8).
type StageView struct {
	Key       string         `json:"key"`
	Label     string         `json:"label"`
	When      string         `json:"when" enum:"before,after" doc:"before or after handling"`
	Kind      string         `json:"kind" enum:"review,approval"`
	Role      string         `json:"role" doc:"role whose post decides it"`
	Status    string         `json:"status" enum:"passed,open,pending,skipped,refused,void" doc:"void: what was decided does not stand any more and has to be decided anew"`
	Condition string         `json:"condition,omitempty" doc:"under which it applies"`
	Forced    bool           `json:"forced,omitempty" doc:"required by a superior, whatever its condition"`
	Authority string         `json:"authority,omitempty" doc:"kind of authority that it needs"`
	Round     int            `json:"round"`
	Quorum    int            `json:"quorum"`
	Passes    int            `json:"passes" doc:"decisions that stand"`
	Signers   []SignerView   `json:"signers,omitempty" doc:"of the open stage: who has its role here, and who of them may not sign"`
	Decisions []DecisionView `json:"decisions"`
}

// SignerView is somebody whose post is that of the open stage.
type SignerView struct {
	Ref
	May  bool   `json:"may"`
	Why  string `json:"why,omitempty" doc:"slug of the rule by which they may not"`
	Text string `json:"text,omitempty"`
}

// DecisionView is one signed decision.
type DecisionView struct {
	Verdict    string             `json:"verdict" enum:"passed,returned,refused"`
	Standing   string             `json:"standing" enum:"stands,earlier_round,void"`
	Round      int                `json:"round"`
	By         *Ref               `json:"by"`
	OnBehalfOf *Ref               `json:"on_behalf_of,omitempty"`
	Delegation string             `json:"delegation,omitempty"`
	Role       string             `json:"role"`
	Unit       *Ref               `json:"unit,omitempty" doc:"of the post"`
	Authority  string             `json:"authority,omitempty" doc:"entry of the authority matrix that allowed it"`
	At         time.Time          `json:"at"`
	Form       int                `json:"form" doc:"revision of the form that was judged"`
	Opinion    string             `json:"opinion,omitempty"`
	Judgement  *ticket.Judgement  `json:"judgement,omitempty"`
	Conditions []ticket.Condition `json:"conditions,omitempty"`
	Items      []string           `json:"items,omitempty" doc:"to put right, or the reasons of a refusal"`
	Fault      string             `json:"fault,omitempty"`
	Digest     string             `json:"digest,omitempty" doc:"of what was judged and said"`
	Revision   uint64             `json:"revision"`
	Overtaken  uint64             `json:"overtaken,omitempty" doc:"revision of the act that ended its standing"`
}

// stages is the stage map of a page.
func (s *service) stages(p *ticketpage.Page, m scene, label func(string) string) []StageView {
	views := []StageView{}
	for _, st := range p.State.StageMap() {
		v := StageView{
			Key: st.Stage.Key, Label: label(st.Stage.Key), When: string(st.Stage.When), Kind: string(st.Stage.Kind), Role: st.Stage.Role,
			Status: string(st.Status), Condition: st.Stage.Condition, Forced: st.Forced, Authority: st.Stage.Authority, Round: st.Round,
			Quorum: max(st.Stage.Quorum, 1), Passes: st.Passes, Decisions: []DecisionView{},
		}
		void := false
		for _, d := range p.Decisions {
			if d.Stage == v.Key {
				v.Decisions = append(v.Decisions, m.decision(d))
				void = d.Standing == ticketpage.Void
			}
		}
		if void && st.Status == ticket.StageIsPending {
			v.Status = "void"
		}
		if st.Status == ticket.StageIsOpen {
			v.Signers = s.signers(p, m, st.Stage.Role)
		}
		views = append(views, v)
	}
	return views
}

func (m scene) decision(d ticketpage.Decision) DecisionView {
	g := d.Signature
	v := DecisionView{
		Verdict: string(d.Verdict), Standing: string(d.Standing), Round: d.Round, By: m.names.staff(g.By, d.At),
		OnBehalfOf: m.names.staff(g.OnBehalfOf, d.At), Delegation: g.Delegation, Role: g.Role, Unit: m.names.unit(g.Unit, d.At),
		Authority: g.Authority, At: d.At.UTC(), Form: g.Form, Opinion: d.Opinion, Conditions: d.Conditions, Items: d.Items,
		Fault: string(d.Fault), Digest: d.Digest, Revision: d.Revision, Overtaken: d.Overtaken,
	}
	if d.Judgement != (ticket.Judgement{}) {
		v.Judgement = &d.Judgement
	}
	return v
}

// mostSigners bounds who is listed for a stage.
const mostSigners = 50

// signers are those whose post is the stage's role at the ticket's unit or group, or for the whole organisation, and what the
// stage's own rules say of each.
func (s *service) signers(p *ticketpage.Page, m scene, role string) []SignerView {
	var views []SignerView
	for _, f := range s.Organisation.People(m.at) {
		at := slices.ContainsFunc(f.Posts, func(post domain.Post) bool {
			return post.Role == role && (post.Unit == "" || post.Unit == p.Unit || p.Group != "" && post.Unit == p.Group)
		})
		if !f.Active || !at {
			continue
		}
		actor := domain.Actor{Principal: "staff-" + f.ID, Staff: f.ID, Groups: f.Groups, Posts: f.Posts}
		v := SignerView{Ref: Ref{f.ID, f.Name}}
		err := ticket.PassStage{}.May(p.State, domain.Meta{ID: p.Stream(), Actor: actor, Now: m.at, Effective: m.at})
		if _, ok := authz.Allowed(actor, authz.TicketDecide, ticket.Decider.Scope(p.State)); err == nil && !ok {
			err = httpapi.ErrNotAllowed
		}
		var refused *domain.Error
		switch {
		case err == nil:
			v.May = true
		case errors.As(err, &refused):
			v.Why = refused.Rule
			v.Text, _ = httpapi.Message(m.language, refused.Rule)
		}
		views = append(views, v)
	}
	slices.SortFunc(views, func(a, b SignerView) int {
		if a.May != b.May {
			if a.May {
				return -1
			}
			return 1
		}
		if a.Name != b.Name {
			if a.Name < b.Name {
				return -1
			}
			return 1
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return views[:min(len(views), mostSigners)]
}
