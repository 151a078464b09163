package simulation

import (
	"math/rand/v2"
	"strconv"
	"time"

	"docket/domain/ticket"
)

// life is one ticket's life while it is made up: what has been done, and when the next thing may be.
type life struct {
	plan   *Plan
	rng    *rand.Rand
	prefix string // of keys
	acts   []Act
	now    time.Time

	place    Place
	group    Group
	clerk    string
	handler  string
	title    string
	customer string
	channel  ticket.Channel
	offers   int
	placed   bool // with the first group, by its template
	failed   bool // the customer does not get what was applied for
}

// Customers come back: there are this many times fewer than tickets.
const visits = 4

// arrive brings the customer to the office, or their message.
func (l *life) arrive(share float64) {
	l.now = l.plan.hours.arrival(share).Truncate(time.Second)
	l.channel = pick(l.rng, []ticket.Channel{ticket.Window, ticket.Window, ticket.Phone, ticket.Phone, ticket.Online, ticket.Mail})
	l.title = item(l.rng)
	l.customer = "C-" + strconv.Itoa(l.rng.IntN(max(1, l.plan.o.Tickets/visits)))
}

// chance is true so many times of a hundred.
func (l *life) chance(percent int) bool { return l.rng.IntN(100) < percent }

// minutes lets some working time pass, from about half of it to three times as much.
func (l *life) minutes(about int) {
	spread := 0.5 + l.rng.ExpFloat64()*0.7
	l.now = l.plan.hours.after(l.now, time.Duration(float64(about)*min(spread, 3)*float64(time.Minute))).Truncate(time.Second)
}

// do has somebody issue a command now.
func (l *life) do(by, command string, body any) {
	l.acts = append(l.acts, Act{
		Command: command, Key: l.prefix + strconv.Itoa(len(l.acts)), By: by, At: l.now.UTC(), Body: body,
	})
}

// try has somebody issue a command that the day may be too late for.
func (l *life) try(by, command string, body any) {
	l.do(by, command, body)
	l.acts[len(l.acts)-1].Lax = true
}

// colleague is another handler of the group.
func (l *life) colleague() string {
	for {
		if other := pick(l.rng, l.group.Handlers); other != l.handler {
			return other
		}
	}
}

// call is a ticket of the telephone centre: accepted as it comes, worked on, completed and closed by those who took it.
func (l *life) call() {
	l.place = l.plan.office.Hotline
	l.register(ticket.Phone)
	l.taken(15)
	l.work()
	l.sometimes()
	l.complete()
	if l.chance(4) {
		l.minutes(600)
		l.do(l.handler, "ticket.reopen", &ticket.Reopen{Fault: ticket.FaultStaff, Reason: pick(l.rng, grounds)})
		l.work()
		l.complete()
	}
	l.minutes(30)
	l.do(l.handler, "ticket.close", &ticket.Close{Reason: "办结归档"})
}

// plain is a ticket without a template in the service hall, whose result is reviewed and delivered.
func (l *life) plain() {
	l.place = l.plan.office.Hall
	l.register(l.channel)
	if l.chance(4) {
		l.minutes(60)
		l.do(l.clerk, "ticket.cancel", &ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "申请人自愿撤回"})
		return
	}
	l.minutes(20)
	l.do(l.clerk, "ticket.accept", &ticket.Accept{Opinion: "符合受理条件"})
	l.taken(90)
	l.work()
	l.sometimes()
	l.complete()
	for l.chance(9) {
		l.minutes(120)
		l.do(l.group.Leader, "ticket.return_review", &ticket.ReturnReview{
			Fault: ticket.FaultStaff, Reason: pick(l.rng, faults), Items: []string{pick(l.rng, faults)},
		})
		l.work()
		l.complete()
	}
	l.minutes(120)
	l.do(l.group.Leader, "ticket.pass_review", &ticket.PassReview{Opinion: pick(l.rng, opinions)})
	l.deliver(l.handler)
	l.object()
	l.minutes(300)
	l.do(l.handler, "ticket.close", &ticket.Close{Reason: "办结归档"})
}

func (l *life) register(channel ticket.Channel) {
	l.clerk = pick(l.rng, l.place.Clerks)
	urgency := pick(l.rng, []ticket.Urgency{ticket.Normal, ticket.Normal, ticket.Normal, ticket.Normal, ticket.Low, ticket.Low, ticket.Urgent})
	if l.chance(2) {
		urgency = ticket.Critical
	}
	due := l.plan.hours.after(l.now, map[ticket.Urgency]time.Duration{
		ticket.Critical: 7 * time.Hour, ticket.Urgent: 21 * time.Hour, ticket.Normal: 70 * time.Hour, ticket.Low: 140 * time.Hour,
	}[urgency]).UTC()
	l.do(l.clerk, "ticket.register", &ticket.Register{
		Unit: l.place.Unit, Type: pick(l.rng, []string{"ZX", "SQ", "TS", "BG"}), Channel: channel, Urgency: urgency, Title: l.title,
		Description: matter(l.rng, l.title), Customer: l.customer, CustomerName: fullName(l.rng), CustomerPhone: phone(l.rng), DueAt: &due,
	})
}

// taken places the ticket with a group and has one of it take it.
func (l *life) taken(about int) {
	l.group = pick(l.rng, l.place.Groups)
	l.handler = pick(l.rng, l.group.Handlers)
	l.minutes(about)
	if !l.placed || l.group.ID != l.place.Groups[0].ID { // nothing is done twice: what changes nothing is not remembered
		l.do(l.clerk, "ticket.assign_group", &ticket.AssignToGroup{Group: l.group.ID, Reason: "按职责分工分派"})
	}
	l.minutes(2 * about)
	l.do(l.handler, "ticket.take", &ticket.Take{})
}

func (l *life) work() {
	for {
		l.minutes(150)
		l.do(l.handler, "ticket.record_work", &ticket.RecordWork{Content: pick(l.rng, works), Result: pick(l.rng, results)})
		if !l.chance(25) {
			return
		}
	}
}

// sometimes is what happens to some: a note, a pause, a handover.
func (l *life) sometimes() {
	if l.chance(8) {
		l.minutes(30)
		l.do(l.handler, "ticket.note", &ticket.Note{Text: pick(l.rng, works)})
	}
	if l.chance(10) {
		l.pause()
	}
	if l.chance(14) {
		l.handOver()
	}
}

func (l *life) pause() {
	kind, evidence := ticket.AwaitingCustomer, ""
	if l.chance(30) {
		kind, evidence = ticket.AwaitingExternal, "函〔2026〕第"+strconv.Itoa(l.rng.IntN(900)+100)+"号"
	}
	l.minutes(60)
	l.do(l.handler, "ticket.pause", &ticket.Pause{Kind: kind, Reason: pick(l.rng, pauses), Evidence: evidence})
	l.minutes(900)
	l.do(l.handler, "ticket.resume", &ticket.Resume{Reason: "材料已收到，继续办理"})
}

// handOver passes the ticket to a colleague, who may refuse it; then it goes to another.
func (l *life) handOver() {
	to := l.colleague()
	for {
		l.minutes(60)
		l.offers++
		l.do(l.handler, "ticket.offer_handover", &ticket.OfferHandover{To: to, Note: pick(l.rng, notes), Pages: 1 + l.rng.IntN(12), Items: []string{l.title}})
		l.minutes(50)
		if !l.chance(15) || l.offers > 1 {
			l.do(to, "ticket.accept_handover", &ticket.AcceptHandover{Handover: l.offers})
			l.handler = to
			return
		}
		l.do(to, "ticket.refuse_handover", &ticket.RefuseHandover{
			Handover: l.offers, Code: pick(l.rng, []ticket.RefusalReason{ticket.RefusedOverloaded, ticket.RefusedIncomplete}), Reason: pick(l.rng, refusals),
		})
		to = l.colleague()
	}
}

func (l *life) complete() {
	outcome := ticket.Fulfilled
	l.failed = l.chance(6)
	if l.failed {
		outcome = ticket.NotFulfilled
	}
	l.minutes(200)
	l.do(l.handler, "ticket.complete", &ticket.Complete{Outcome: outcome, Summary: pick(l.rng, summaries)})
}

func (l *life) deliver(by string) {
	l.minutes(90)
	l.do(by, "ticket.deliver", &ticket.DeliverResult{Channel: pick(l.rng, []ticket.Channel{ticket.Phone, ticket.Window}), Text: pick(l.rng, deliveries)})
}

// object has a few customers object to what they were told. What is upheld is done once more.
func (l *life) object() {
	if !l.chance(3) {
		return
	}
	deputy := pick(l.rng, l.plan.office.Deputies)
	l.minutes(600)
	l.do(l.clerk, "ticket.object", &ticket.Object{Channel: ticket.Phone, Grounds: pick(l.rng, grounds)})
	l.minutes(700)
	if l.chance(70) {
		l.do(deputy, "ticket.decide_objection", &ticket.DecideObjection{Verdict: ticket.NotUpheld, Reasons: "经复核，原结果依据充分。"})
	} else {
		l.do(deputy, "ticket.decide_objection", &ticket.DecideObjection{Verdict: ticket.Upheld, Fault: ticket.FaultStaff, Reasons: "经复核，原处理有误，应予更正。"})
		l.work()
		l.complete()
		l.minutes(120)
		l.do(l.group.Leader, "ticket.pass_review", &ticket.PassReview{Opinion: pick(l.rng, opinions)})
		l.deliver(l.handler)
	}
	l.minutes(120)
	l.do(l.handler, "ticket.confirm_objection", &ticket.ConfirmObjection{Reason: "申请人已确认"})
}
