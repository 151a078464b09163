package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// bringing is an application by mail with a file, changed.
func bringing(change func(*ticket.BringIn)) ticket.BringIn {
	c := ticket.BringIn{
		Template: "t1", Unit: "u1", Channel: ticket.Mail, Message: "1@example.org", Title: "permit", Description: "a tea shop",
		CustomerName: "王小明 <ming@example.org>",
		Files:        []ticket.BroughtFile{{Digest: digest, Name: "message.eml", Kind: ticket.FileOther}},
		Facts: ticket.BringFacts{OpenFacts: inForce, Files: map[string]ticket.FileFacts{
			digest: {Known: true, Size: 12, MediaType: "message/rfc822", Scan: ticket.ScanClean},
		}},
	}
	change(&c)
	return c
}

var bareMail = ticket.Opened{
	Template: ref, Unit: "u1", Type: opened.Type, Channel: ticket.Mail, Title: "permit", Description: "a tea shop",
	CustomerName: "王小明 <ming@example.org>", Message: "1@example.org",
}

var bringInCases = domaintest.Cases{
	"by mail, with its file": given().When(bringing(func(*ticket.BringIn) {})).As(robot).Then(bareMail, ticket.FileAttached{
		Digest: digest, Kind: ticket.FileOther, Name: "message.eml", Size: 12, MediaType: "message/rfc822", Scan: ticket.ScanClean,
	}),
	"online, with values": given().When(bringing(func(c *ticket.BringIn) {
		c.Channel, c.Files, c.Values = ticket.Online, nil, map[string]string{"shop": "茶館"}
	})).As(robot).Then(func() ticket.Opened { e := bareMail; e.Channel = ticket.Online; return e }(),
		ticket.FormFilled{Values: map[string]string{"shop": "茶館"}}),
	"a second time": given(opened).When(bringing(func(*ticket.BringIn) {})).As(robot).Refused(ticket.ErrExists),
	"by telephone":  given().When(bringing(func(c *ticket.BringIn) { c.Channel = ticket.Phone })).As(robot).Invalid("channel not_allowed"),
	"by pigeon":     given().When(bringing(func(c *ticket.BringIn) { c.Channel = "pigeon" })).As(robot).Invalid("channel not_allowed"),
	"without its id, on nothing": given().When(ticket.BringIn{Channel: ticket.Mail}).As(robot).
		Invalid("unit unknown", "template unknown", "title required", "message required"),
	"with a file that nobody uploaded": given().When(bringing(func(c *ticket.BringIn) { c.Facts.Files = nil })).As(robot).Invalid("files[0].digest unknown"),
	"with a virus": given().When(bringing(func(c *ticket.BringIn) {
		c.Facts.Files = map[string]ticket.FileFacts{digest: {Known: true, Scan: ticket.ScanInfected}}
	})).As(robot).Invalid("files[0].digest malware"),
	"with a result": given().When(bringing(func(c *ticket.BringIn) { c.Files[0].Kind = ticket.FileResult })).As(robot).Invalid("files[0].kind not_allowed"),
	"on what is not in force": given().When(bringing(func(c *ticket.BringIn) {
		c.Facts.InForce = false
	})).As(robot).Refused(ticket.ErrNotInForce),
}

func TestBringIn(t *testing.T) { t.Parallel(); bringInCases.Run(t) }
