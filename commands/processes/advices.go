package processes

import (
	"context"
	"fmt"
	"strings"

	"docket/domain"
	"docket/domain/ticket"
)

// Advices asks for the notice to the customer that follows from an act: intake declined, everything that is missing, an
// application that lapsed, a later date (mission rows I4, I5, L3). Whoever was told in person gets none.
func Advices() Process {
	return Process{
		Name:  "advices",
		Types: map[string]bool{"TicketDeclined": true, "TicketDefectsNotified": true, "TicketLapsed": true, "TicketExtensionTold": true},
		React: func(_ context.Context, e domain.Envelope) ([]Order, error) {
			n := advice(e)
			if n.Kind == "" {
				return nil, nil
			}
			n.Cause = e.ID
			return []Order{{Name: "ticket.request_notice", ID: e.Stream.Key(), Key: string(n.Kind), Payload: &n}}, nil
		},
	}
}

// advice writes the notice; its kind is empty when none follows.
func advice(e domain.Envelope) (n ticket.RequestNotice) {
	switch event := e.Event.(type) {
	case ticket.Declined:
		if inPerson(event.Channel) {
			return n
		}
		n = ticket.RequestNotice{Kind: ticket.NoticeDeclined, Subject: "不予受理通知", Text: event.Text}
		if n.Text == "" {
			n.Text = event.Reason
		}
	case ticket.DefectsNotified:
		if inPerson(event.Channel) {
			return n
		}
		n = ticket.RequestNotice{Kind: ticket.NoticeDefects, Subject: "補正材料一次性告知", Text: defectList(event), Defects: event.Notice}
	case ticket.Lapsed:
		n = ticket.RequestNotice{
			Kind: ticket.NoticeLapsed, Subject: "申請失效通知",
			Text: "您的申請因逾期未補正所告知的材料而失效；補齊材料後可重新申請。",
		}
	case ticket.ExtensionTold:
		if inPerson(event.Channel) {
			return n
		}
		n = ticket.RequestNotice{Kind: ticket.NoticeExtended, Subject: "辦理期限延長通知", Text: event.Text}
	}
	return n
}

// inPerson reports whether the customer was told face to face or by phone.
func inPerson(c ticket.Channel) bool { return c == ticket.Window || c == ticket.Phone }

// defectList is everything that is missing or wrong, with what would cure it.
func defectList(e ticket.DefectsNotified) string {
	var b strings.Builder
	if e.Text != "" {
		fmt.Fprintln(&b, e.Text)
	}
	for i, d := range e.Defects {
		fmt.Fprintf(&b, "%d. %s：%s", i+1, d.Path, d.Text)
		if d.Cure != "" {
			fmt.Fprintf(&b, "（%s）", d.Cure)
		}
		b.WriteByte('\n')
	}
	return strings.TrimSpace(b.String())
}
