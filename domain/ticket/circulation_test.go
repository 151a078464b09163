package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// formed is a ticket in handling with a filled-in form.
var formed = then(held, ticket.FormFilled{
	Values: map[string]string{"shop": "茶館"}, Marked: map[string]string{"id_number": "11010519491231002X"}, Customer: "c-17",
})

func prepared(fields ...string) ticket.CirculationPrepared {
	e := ticket.CirculationPrepared{
		Circulation: 1, Reference: "CS-INC-2026-000001-Q/1", Fields: fields, Revision: 1, Documents: []ticket.Enclosure{document}, CheckedBy: "sue",
	}
	for _, f := range fields {
		if f == "shop" {
			e.Values = map[string]string{"shop": "茶館"}
		} else {
			e.Marked = map[string]string{"id_number": "11010519491231002X"}
		}
	}
	e.Digest = ticket.Manifest{Reference: e.Reference, Values: e.Values, Marked: e.Marked, Documents: e.Documents}.Digest()
	return e
}

func send(basis ticket.LegalBasis) ticket.ReleaseCirculation {
	return ticket.ReleaseCirculation{
		Circulation: 1, Body: "Land registry", Contact: "counter 3", Channel: ticket.SentByCourier, Basis: basis, Source: "art. 12",
	}
}

func sent(basis ticket.LegalBasis, fields ...string) ticket.CirculationReleased {
	return ticket.CirculationReleased{
		Circulation: 1, Body: "Land registry", Contact: "counter 3", Channel: ticket.SentByCourier, Basis: basis, Source: "art. 12", Fields: fields,
	}
}

var (
	copied   = then(formed, prepared("shop"))
	outside  = then(copied, sent(ticket.ByLaw, "shop"))
	received = ticket.CirculationReceived{Circulation: 1, Kind: ticket.ReceiptScan, Signer: "Lam", SignedAt: earlier, File: digest}
	receipt  = ticket.AttachReceipt{Circulation: 1, Kind: ticket.ReceiptScan, Reference: "CS-INC-2026-000001-Q/1", Signer: "Lam", SignedAt: earlier, File: digest}
	original = func() ticket.CirculationPrepared {
		e := prepared("shop")
		e.Paper = true
		return e
	}()
)

var prepareCases = domaintest.Cases{
	"what is sent is sealed": duties(formed...).When(ticket.PrepareCirculation{Checked: true, Fields: []string{"shop", "id_number"}, Documents: []ticket.Enclosure{document}}).As(sue).
		Then(prepared("shop", "id_number")),
	"documents of a plain ticket": given(held...).When(ticket.PrepareCirculation{Checked: true, Documents: []ticket.Enclosure{document}}).As(sue).
		Then(func() ticket.Event { e := prepared(); e.Revision = 0; return e }()),
	"unchecked":                 duties(formed...).When(ticket.PrepareCirculation{Fields: []string{"shop"}}).As(sue).Invalid("checked required"),
	"of nothing":                duties(formed...).When(ticket.PrepareCirculation{Checked: true}).As(sue).Invalid("fields required"),
	"of a field that is none":   duties(formed...).When(ticket.PrepareCirculation{Checked: true, Fields: []string{"hat"}}).As(sue).Invalid("fields unknown"),
	"of a plain ticket's field": given(held...).When(ticket.PrepareCirculation{Checked: true, Fields: []string{"shop"}}).As(sue).Invalid("fields unknown"),
	"of a nameless document": duties(formed...).When(ticket.PrepareCirculation{Checked: true, Documents: []ticket.Enclosure{{Digest: "x"}}}).As(sue).
		Invalid("documents required", "documents not_a_digest"),
	"by a service": duties(formed...).When(ticket.PrepareCirculation{}).As(robot).Refused(ticket.ErrNoPerson),
	"once closed":  duties(closed...).When(ticket.PrepareCirculation{}).As(sue).Refused(ticket.ErrNotOpen),
}

var releaseCirculationCases = domaintest.Cases{
	"what was prepared":            duties(copied...).When(send(ticket.ByContract)).Then(sent(ticket.ByContract, "shop")),
	"sensitive fields by law":      duties(then(formed, prepared("id_number"))...).When(send(ticket.ByLaw)).Then(sent(ticket.ByLaw, "id_number")),
	"sensitive fields by consent":  duties(then(formed, prepared("id_number"))...).When(send(ticket.ByConsent)).Then(sent(ticket.ByConsent, "id_number")),
	"sensitive fields by contract": duties(then(formed, prepared("id_number"))...).When(send(ticket.ByContract)).Invalid("basis sensitive"),
	"without preparation":          duties(formed...).When(send(ticket.ByLaw)).Refused(ticket.ErrNotPrepared),
	"another":                      duties(copied...).When(ticket.ReleaseCirculation{Circulation: 2}).Refused(ticket.ErrNotPrepared),
	"twice":                        duties(outside...).When(send(ticket.ByLaw)).Refused(ticket.ErrNotPrepared),
	"what has changed since":       duties(then(copied, ticket.FormFilled{Values: map[string]string{"shop": "酒館"}})...).When(send(ticket.ByLaw)).Refused(ticket.ErrStaleCopy),
	"to nobody": duties(copied...).When(ticket.ReleaseCirculation{Circulation: 1}).
		Invalid("body required", "contact required", "source required", "channel not_allowed", "basis not_allowed"),
	"once closed": duties(then(delivered, prepared("shop"), ticket.Closed{})...).When(send(ticket.ByLaw)).Refused(ticket.ErrNotOpen),
}

var receiptCases = domaintest.Cases{
	"a signed scan": duties(outside...).When(receipt).Then(received),
	"an electronic signature of the manifest": duties(outside...).When(ticket.AttachReceipt{Circulation: 1, Kind: ticket.ReceiptSignature,
		Reference: "CS-INC-2026-000001-Q/1", Digest: prepared("shop").Digest, Signer: "Lam", SignedAt: earlier}).
		Then(ticket.CirculationReceived{Circulation: 1, Kind: ticket.ReceiptSignature, Signer: "Lam", SignedAt: earlier}),
	"of another number": duties(outside...).When(func() ticket.AttachReceipt { c := receipt; c.Reference = "CS-INC-2026-000002-S/1"; return c }()).Invalid("reference mismatch"),
	"of another digest": duties(outside...).When(func() ticket.AttachReceipt { c := receipt; c.Digest = digest; return c }()).Invalid("digest mismatch"),
	"of nothing": duties(outside...).When(ticket.AttachReceipt{Circulation: 1, Kind: ticket.ReceiptSignature}).
		Invalid("signer required", "signed_at required", "reference mismatch", "digest required"),
	"without the scan":     duties(outside...).When(func() ticket.AttachReceipt { c := receipt; c.File = ""; return c }()).Invalid("file required"),
	"signed tomorrow":      duties(outside...).When(func() ticket.AttachReceipt { c := receipt; c.SignedAt = tomorrow; return c }()).Invalid("signed_at too_late"),
	"of no kind":           duties(outside...).When(func() ticket.AttachReceipt { c := receipt; c.Kind = ""; return c }()).Invalid("kind not_allowed"),
	"twice":                duties(then(outside, received)...).When(receipt).Refused(ticket.ErrNotOutside),
	"before it was sent":   duties(copied...).When(receipt).Refused(ticket.ErrNotOutside),
	"of a second, not the": duties(outside...).When(ticket.AttachReceipt{Circulation: 2}).Refused(ticket.ErrNotOutside),
}

var returnCirculationCases = domaintest.Cases{
	"back":         duties(outside...).When(ticket.ReturnCirculation{Circulation: 1, Condition: "complete"}).Then(ticket.CirculationReturned{Circulation: 1, At: noon, Condition: "complete"}),
	"twice":        duties(then(outside, ticket.CirculationReturned{Circulation: 1, At: noon})...).When(ticket.ReturnCirculation{Circulation: 1}).Refused(ticket.ErrNotOutside),
	"another":      duties(outside...).When(ticket.ReturnCirculation{Circulation: 2}).Refused(ticket.ErrNotOutside),
	"never sent":   duties(copied...).When(ticket.ReturnCirculation{Circulation: 1}).Refused(ticket.ErrNotOutside),
	"for a volume": duties(outside...).When(ticket.ReturnCirculation{Circulation: 1, Condition: tooLong}).Invalid("condition too_long"),

	"without a receipt it cannot be closed": duties(then(delivered, prepared("shop"), sent(ticket.ByLaw, "shop"))...).When(ticket.Close{}).Refused(ticket.ErrOutside),
	"with it, it can":                       duties(then(delivered, prepared("shop"), sent(ticket.ByLaw, "shop"), received)...).When(ticket.Close{}).Then(ticket.Closed{}),
	"the original has to come back":         duties(then(delivered, original, sent(ticket.ByLaw, "shop"), received)...).When(ticket.Close{}).Refused(ticket.ErrOutside),
	"the original is back": duties(then(delivered, original, sent(ticket.ByLaw, "shop"), received, ticket.CirculationReturned{Circulation: 1, At: noon})...).
		When(ticket.Close{}).Then(ticket.Closed{}),
	"what never went out keeps nothing": duties(then(delivered, prepared("shop"))...).When(ticket.Close{}).Then(ticket.Closed{}),
}

func TestPrepareCirculation(t *testing.T) { t.Parallel(); prepareCases.Run(t) }
func TestReleaseCirculation(t *testing.T) { t.Parallel(); releaseCirculationCases.Run(t) }
func TestAttachReceipt(t *testing.T)      { t.Parallel(); receiptCases.Run(t) }
func TestReturnCirculation(t *testing.T)  { t.Parallel(); returnCirculationCases.Run(t) }

// TestManifestTellsEverything: the digest changes with whatever is sent.
func TestManifestTellsEverything(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range []ticket.Manifest{
		{}, {Reference: "a"}, {Values: map[string]string{"a": "b"}}, {Marked: map[string]string{"a": "b"}}, {Values: map[string]string{"a": ""}},
		{Documents: []ticket.Enclosure{document}}, {Documents: []ticket.Enclosure{{Name: "plan", Digest: digest}}},
	} {
		if d := m.Digest(); seen[d] || len(d) != 64 {
			t.Errorf("%+v has digest %s", m, d)
		} else {
			seen[d] = true
		}
	}
}
