package ticket_test

import (
	"testing"

	"docket/domain/casetype"
	"docket/domain/domaintest"
	"docket/domain/form"
	"docket/domain/ticket"
)

const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

var (
	upload   = ticket.FileFacts{Known: true, Size: 4096, MediaType: "application/pdf", Scan: ticket.ScanClean}
	attach   = ticket.AttachFile{Digest: digest, Kind: ticket.FileMaterial, Name: "申請表.pdf", Facts: upload}
	attached = ticket.FileAttached{
		Digest: digest, Kind: ticket.FileMaterial, Name: "申請表.pdf", Size: 4096, MediaType: "application/pdf", Scan: ticket.ScanClean,
	}
	infected = ticket.FileFacts{Known: true, Size: 68, MediaType: "text/plain", Scan: ticket.ScanInfected}
)

var attachCases = domaintest.Cases{
	"an uploaded file": given(held...).When(attach).As(ann).Then(attached),
	"it a second time": given(then(held, attached)...).When(attach).As(ann).Nothing(),
	"a supplement beside it": given(then(held, attached)...).
		When(ticket.AttachFile{Digest: "1" + digest[1:], Kind: ticket.FileMaterial, Name: "申請表.pdf", Facts: upload}).As(ann).
		Then(ticket.FileAttached{
			Digest: "1" + digest[1:], Kind: ticket.FileMaterial, Name: "申請表.pdf", Size: 4096, MediaType: "application/pdf", Scan: ticket.ScanClean,
		}),
	"after completion": given(completed...).When(attach).As(ann).Then(attached),
	"once closed":      given(closed...).When(attach).As(ann).Refused(ticket.ErrFinal),
	"once cancelled":   given(cancelled...).When(attach).As(ann).Refused(ticket.ErrFinal),
	"an infected one": given(held...).When(ticket.AttachFile{Digest: digest, Kind: ticket.FileOther, Name: "n", Facts: infected}).As(ann).
		Refused(ticket.ErrInfected),
	"one of nobody": given(held...).When(ticket.AttachFile{Digest: digest, Kind: "x"}).As(ann).
		Invalid("kind not_allowed", "name required", "digest unknown"),
	"a material that is not asked for": given(held...).Knowing(func(s ticket.State) ticket.State {
		s.Rules = &casetype.Rules{Materials: []form.Material{{Key: "id_copy"}}}
		return s
	}).When(ticket.AttachFile{Digest: digest, Kind: ticket.FileMaterial, Material: "deed", Name: "n", Facts: upload}).As(ann).
		Invalid("material unknown"),
}

var withPhone = []ticket.Event{ticket.Registered{
	Number: "CS-INC-2026-000042-K", Unit: "u1", Type: "INC", Channel: ticket.Window, Urgency: ticket.Normal, Title: "t",
	CustomerPhone: "13912345678",
}}

func formRules(s ticket.State) ticket.State {
	s.Rules = &casetype.Rules{Fields: []form.Field{{Key: "street"}, {Key: "card", Type: form.BankCard, Marked: true}}}
	return s
}

var revealCases = domaintest.Cases{
	"a marked field": given(withPhone...).When(ticket.Reveal{Field: "customer_phone", Purpose: "回電"}).As(ann).
		Then(ticket.FieldRevealed{Field: "customer_phone", Purpose: "回電"}),
	"again, for it is another look": given(then(withPhone, ticket.FieldRevealed{Field: "customer_phone", Purpose: "回電"})...).
		When(ticket.Reveal{Field: "customer_phone", Purpose: "回電"}).As(ann).
		Then(ticket.FieldRevealed{Field: "customer_phone", Purpose: "回電"}),
	"a marked field of the form": given(then(withPhone, ticket.FormFilled{Values: map[string]string{"street": "東路"}, Marked: map[string]string{"card": "6222021234567890128"}})...).
		Knowing(formRules).When(ticket.Reveal{Field: "card", Purpose: "退款"}).As(ann).
		Then(ticket.FieldRevealed{Field: "card", Purpose: "退款"}),
	"an open field of the form": given(withPhone...).Knowing(formRules).When(ticket.Reveal{Field: "street", Purpose: "p"}).As(ann).
		Invalid("field not_marked"),
	"one that is empty": given(withPhone...).When(ticket.Reveal{Field: "customer_id_number", Purpose: "p"}).As(ann).Refused(ticket.ErrNothingThere),
	"what is not marked, for nothing": given(withPhone...).When(ticket.Reveal{Field: "title"}).As(ann).
		Invalid("field not_marked", "purpose required"),
	"to a machine": given(withPhone...).When(ticket.Reveal{Field: "customer_phone", Purpose: "p"}).As(robot).Refused(ticket.ErrNoPerson),
}

var privacyCases = []domaintest.Cases{attachCases, revealCases, contractCases}

// contractCases: a ticket about a contract does not pass intake while its customer's file is incomplete (mission row U1).
var contractCases = domaintest.Cases{
	"with a complete file": aboutContract(ready...).When(ticket.Submit{Facts: submittedFor(ticket.CustomerFile{Known: true, Complete: true})}).
		Then(submitted[len(ready):]...),
	"with an incomplete file": aboutContract(filled...).When(ticket.Submit{Facts: submittedFor(ticket.CustomerFile{Known: true})}).
		Refused(ticket.ErrCustomerIncomplete),
	"with no file": aboutContract(filled...).When(ticket.Submit{Facts: submission}).Refused(ticket.ErrCustomerIncomplete),
}

func aboutContract(history ...ticket.Event) domaintest.History[ticket.State, ticket.Event] {
	return given(history...).Knowing(func(s ticket.State) ticket.State {
		s = knowing(s)
		rules := *s.Rules
		rules.Contract = true
		s.Rules = &rules
		return s
	})
}

func submittedFor(file ticket.CustomerFile) ticket.SubmitFacts {
	facts := submission
	facts.Customer = file
	return facts
}

func TestAboutContracts(t *testing.T) { t.Parallel(); contractCases.Run(t) }

func TestAttachFile(t *testing.T) { t.Parallel(); attachCases.Run(t) }
func TestReveal(t *testing.T)     { t.Parallel(); revealCases.Run(t) }
