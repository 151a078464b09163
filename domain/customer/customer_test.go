package customer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/customer"
	"docket/domain/domaintest"
)

const (
	idNumber = "11010519491231002X"
	mobile   = "13912345678"
	card     = "6222021234567890128"
)

var (
	given = domaintest.Of(customer.Decider)
	open  = customer.UnitFacts{Known: true, Active: true}
	clerk = domain.Actor{Principal: "staff-ann", Staff: "ann"}
	robot = domain.Actor{Principal: "service-import"}
)

func entry(f customer.Field, value string) customer.Entry {
	return customer.Entry{Field: f, Value: value, Source: customer.FromCustomer, Purpose: customer.ForService}
}

func text(f customer.Field, value string) customer.Event {
	return customer.FieldRecorded{Field: f, Text: value, Source: customer.FromCustomer, Purpose: customer.ForService}
}

func secret(f customer.Field, value string) customer.Event {
	return customer.FieldRecorded{Field: f, Secret: value, Source: customer.FromCustomer, Purpose: customer.ForService}
}

func then(history []customer.Event, more ...customer.Event) []customer.Event {
	return slices.Concat(history, more)
}

var (
	prospect = []customer.Event{
		customer.Registered{Kind: customer.Person, Unit: "u1", Stage: customer.Prospect}, text(customer.Name, "王小明"), secret(customer.Phone, mobile),
	}
	firm   = []customer.Event{customer.Registered{Kind: customer.Organisation, Unit: "u1", Stage: customer.Client}, text(customer.Name, "某公司")}
	merged = then(prospect, customer.MergedInto{Into: "2", Reason: "same"})
)

var registerCases = domaintest.Cases{
	"a prospect with a need": given().When(customer.Register{
		Unit: "u1", Kind: customer.Person, Stage: customer.Prospect, Need: "居住證", Facts: open,
		Fields: []customer.Entry{entry(customer.Name, "王小明"), entry(customer.Phone, mobile)},
	}).Then(then(prospect, customer.NeedNoted{Text: "居住證"})...),
	"without a name": given().When(customer.Register{
		Unit: "u1", Kind: customer.Person, Stage: customer.Client, Facts: open, Fields: []customer.Entry{entry(customer.Phone, mobile)},
	}).Invalid("fields name_required"),
	"with everything wrong at once": given().When(customer.Register{
		Kind: "cat", Stage: customer.Former, Need: strings.Repeat("長", 10_001), Fields: []customer.Entry{{Field: "shoe_size"}},
	}).Invalid("unit unknown", "kind not_allowed", "stage not_allowed", "need too_long", "fields[0].field not_allowed", "fields name_required"),
	"with mistyped numbers": given().When(customer.Register{
		Unit: "u1", Kind: customer.Person, Stage: customer.Client, Facts: open, Fields: []customer.Entry{
			entry(customer.Name, "王小明"), entry(customer.IDNumber, "110105194912310021"), entry(customer.BankCard, card[:18]+"9"),
			entry(customer.Phone, "12"), entry(customer.Email, "nobody"), entry(customer.OrgCode, "91350100M000100Y43"), entry(customer.Name, "again"),
		},
	}).Invalid("fields[1].value mistyped", "fields[2].value mistyped", "fields[3].value mistyped", "fields[4].value mistyped",
		"fields[5].field not_applicable", "fields[6].field repeated"),
	"without source and purpose": given().When(customer.Register{
		Unit: "u1", Kind: customer.Person, Stage: customer.Client, Facts: open, Fields: []customer.Entry{{Field: customer.Name, Value: "n"}},
	}).Invalid("fields[0].source not_allowed", "fields[0].purpose not_allowed"),
	"at a closed unit": given().When(customer.Register{
		Unit: "u1", Kind: customer.Person, Stage: customer.Client, Facts: customer.UnitFacts{Known: true}, Fields: []customer.Entry{entry(customer.Name, "n")},
	}).Invalid("unit inactive"),
	"a second time": given(prospect...).When(customer.Register{}).Refused(customer.ErrExists),
}

var updateCases = domaintest.Cases{
	"what differs alone": given(prospect...).When(customer.Update{
		Reason: "搬家", Fields: []customer.Entry{entry(customer.Phone, mobile), entry(customer.Address, "東路8號")},
	}).Then(customer.FieldRecorded{
		Field: customer.Address, Secret: "東路8號", Source: customer.FromCustomer, Purpose: customer.ForService, Reason: "搬家",
	}),
	"what is not true any more":  given(prospect...).When(customer.Update{Fields: []customer.Entry{entry(customer.Phone, "")}}).Then(secret(customer.Phone, "")),
	"nothing that differs":       given(prospect...).When(customer.Update{Fields: []customer.Entry{entry(customer.Phone, mobile)}}).Nothing(),
	"what is not there, away":    given(prospect...).When(customer.Update{Fields: []customer.Entry{entry(customer.Email, "")}}).Nothing(),
	"the name away":              given(prospect...).When(customer.Update{Fields: []customer.Entry{entry(customer.Name, "")}}).Invalid("fields name_required"),
	"nothing at all":             given(prospect...).When(customer.Update{}).Invalid("fields required"),
	"of a merged file":           given(merged...).When(customer.Update{}).Refused(customer.ErrMerged),
	"of one merged and unmerged": given(then(merged, customer.Unmerged{From: "2"})...).When(customer.Update{Fields: []customer.Entry{entry(customer.Name, "王明")}}).Then(text(customer.Name, "王明")),
}

var otherCases = domaintest.Cases{
	"classified": given(prospect...).When(customer.Classify{Stage: customer.Client, Tier: customer.Key, Tags: []string{"export"}}).
		Then(customer.Classified{Stage: customer.Client, Tier: customer.Key, Tags: []string{"export"}}),
	"classified as it is":         given(prospect...).When(customer.Classify{Stage: customer.Prospect, Tier: customer.Regular}).Nothing(),
	"classified as nothing":       given(prospect...).When(customer.Classify{Tags: []string{""}}).Invalid("stage not_allowed", "tier not_allowed", "tags required"),
	"a merged one is not classed": given(merged...).When(customer.Classify{}).Refused(customer.ErrMerged),
	"need":                        given(prospect...).When(customer.NoteNeed{Text: "發票"}).Then(customer.NeedNoted{Text: "發票"}),
	"no need":                     given(prospect...).When(customer.NoteNeed{}).Invalid("text required"),

	"merged": given(prospect...).When(customer.Merge{Into: "2", Reason: "same", Facts: customer.MergeFacts{Known: true}}).
		Then(customer.MergedInto{Into: "2", Reason: "same"}),
	"merged again":     given(merged...).When(customer.Merge{Into: "2", Reason: "same", Facts: customer.MergeFacts{Known: true}}).Nothing(),
	"merged elsewhere": given(merged...).When(customer.Merge{Into: "3", Reason: "same", Facts: customer.MergeFacts{Known: true}}).Refused(customer.ErrMergedElsewhere),
	"merged into itself": given(prospect...).When(customer.Merge{Into: "1", Facts: customer.MergeFacts{Known: true}}).
		Invalid("into self", "reason required"),
	"merged into nobody": given(prospect...).When(customer.Merge{Into: "9", Reason: "same"}).Invalid("into unknown"),
	"unmerged":           given(merged...).When(customer.Unmerge{Reason: "two"}).Then(customer.Unmerged{From: "2", Reason: "two"}),
	"unmerged again":     given(prospect...).When(customer.Unmerge{Reason: "two"}).Nothing(),

	"revealed":                  given(prospect...).When(customer.Reveal{Field: customer.Phone, Purpose: "回電"}).As(clerk).Then(customer.FieldRevealed{Field: customer.Phone, Purpose: "回電"}),
	"revealed without purpose":  given(prospect...).When(customer.Reveal{Field: customer.Phone, Purpose: " "}).As(clerk).Invalid("purpose required"),
	"revealed what is not kept": given(prospect...).When(customer.Reveal{Field: customer.Address, Purpose: "p"}).As(clerk).Refused(customer.ErrNothingThere),
	"revealed what is open":     given(prospect...).When(customer.Reveal{Field: customer.Name, Purpose: "p"}).As(clerk).Invalid("field not_marked"),
	"revealed to a machine":     given(prospect...).When(customer.Reveal{Field: customer.Phone, Purpose: "p"}).As(robot).Refused(customer.ErrNoPerson),
}

func TestRegister(t *testing.T)          { t.Parallel(); registerCases.Run(t) }
func TestUpdate(t *testing.T)            { t.Parallel(); updateCases.Run(t) }
func TestWhatElseMayBeDone(t *testing.T) { t.Parallel(); otherCases.Run(t) }

// TestComplete: a contract needs more than a prospect gives (mission row U1).
func TestComplete(t *testing.T) {
	t.Parallel()
	facts := customer.Decider.Fold(prospect...).Facts("1")
	require.False(t, facts.Complete)
	require.Equal(t, []customer.Field{customer.IDNumber, customer.Address}, facts.Missing)
	require.True(t, customer.Decider.Fold(then(prospect, secret(customer.IDNumber, idNumber), secret(customer.Address, "東路8號"))...).Facts("1").Complete)
	require.Equal(t, []customer.Field{customer.OrgCode, customer.Contact, customer.Phone, customer.Address, customer.Scope},
		customer.Decider.Fold(firm...).Facts("1").Missing)
	require.False(t, customer.State{}.Facts("1").Complete, "nobody")
}

// TestIdentifiers: a customer is found by what is theirs alone, however it is written, and by nothing else.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	s := customer.Decider.Fold(then(prospect, secret(customer.Address, "東路8號"))...)
	require.Equal(t, []domain.Identifier{{Kind: "phone", Value: mobile}}, s.Identifiers())
	require.True(t, s.Has(domain.Identifier{Kind: "phone", Value: "＋86 139 1234 5678"}))
	require.False(t, s.Has(domain.Identifier{Kind: "phone", Value: "13912345679"}))
	require.False(t, s.Has(domain.Identifier{Kind: "bank_card", Value: mobile}))
	require.Empty(t, prospect[1].(customer.FieldRecorded).Identifiers())
	require.Len(t, prospect[2].(customer.FieldRecorded).Identifiers(), 1)
	require.Equal(t, domain.Scope{Unit: "u1"}, customer.Decider.Scope(s))
}
