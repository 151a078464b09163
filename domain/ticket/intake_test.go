package ticket_test

import (
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// intakeCases are the cases of intake's own commands.
var intakeCases = []domaintest.Cases{openCases, fillCases, submitCases}

// intakeRecorded holds every event of intake ever written.
var intakeRecorded = map[string]ticket.Event{
	"TicketOpened.v1": ticket.Opened{
		Template: ref, Unit: "u1", Type: "PER", Channel: ticket.Mail, Title: "開業許可", Description: "a tea shop", Customer: "c-17",
		CustomerName: "王小明", CustomerPhone: "13800138000", CustomerIDNumber: "11010519491231002X", Reference: "12345/7",
		Message: "<1@example.org>", By: "cleo",
	},
	"TicketFormFilled.v1": ticket.FormFilled{
		Values: map[string]string{"shop": "茶館", "area": ""}, Marked: map[string]string{"id_number": "11010519491231002X"},
		Title: "開業許可", Description: "a tea shop", Customer: "c-17", By: "cleo",
	},
}
