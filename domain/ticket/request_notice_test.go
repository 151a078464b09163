package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var (
	advise  = ticket.RequestNotice{Kind: ticket.NoticeExtended, Subject: "later", Text: "ten days more", Cause: "e-1"}
	advised = ticket.NoticeRequested{
		Notice: 1, Kind: ticket.NoticeExtended, Language: "zh-Hant", Channels: []ticket.Channel{ticket.Online}, Subject: "later", Text: "ten days more", Cause: "e-1",
	}
)

var requestNoticeCases = domaintest.Cases{
	"lies ready online": given(held...).When(advise).As(robot).Then(advised),
	"by text message where a number is known": given(ticket.Registered{Number: "N-1", Unit: "u1", Channel: ticket.Phone, Urgency: ticket.Normal, Customer: "c-1", CustomerPhone: "13912345678"}).When(advise).As(robot).
		Then(ticket.NoticeRequested{
			Notice: 1, Kind: ticket.NoticeExtended, Language: "zh-Hant", Channels: []ticket.Channel{ticket.SMS, ticket.Online}, Customer: "c-1",
			To: map[string]string{"sms": "13912345678"}, Subject: "later", Text: "ten days more", Cause: "e-1",
		}),
	"once for a cause":         given(then(held, advised)...).When(advise).As(robot).Nothing(),
	"of no ticket":             given().When(advise).As(robot).Refused(ticket.ErrNoNotice),
	"in a language of none":    given(held...).When(ticket.RequestNotice{Kind: ticket.NoticeExtended, Subject: "s", Text: "t", Cause: "e-1", Language: "fr"}).As(robot).Invalid("language not_allowed"),
	"of what follows no act":   given(held...).When(ticket.RequestNotice{Kind: ticket.NoticeResult}).As(robot).Invalid("kind not_allowed", "subject required", "text required", "cause required"),
	"does not settle a result": given(then(reviewed, advised)...).When(ticket.RecordNotice{Notice: 1, Channel: ticket.Online, Delivered: true, Attempts: 1}).As(robot).Then(ticket.NoticeDelivered{Notice: 1, Channel: ticket.Online, Attempts: 1}),
}

func TestRequestNotice(t *testing.T) { t.Parallel(); requestNoticeCases.Run(t) }
