package processes_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/template"
	"docket/domain/ticket"
)

// TestAdvicesSpeakTheCustomersLanguage: the service's own words are in the language in which somebody had this customer told
// something before, else in the organisation's, and in traditional Chinese where that is none.
func TestAdvicesSpeakTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	now := time.Now()
	meta := domain.Metadata{Principal: "service-import", Effective: now, Decided: now, Command: "ticket.notify_defects"}
	defects := ticket.DefectsNotified{Notice: 1, Channel: ticket.Mail, Defects: []ticket.Defect{{Path: "materials.lease", Text: "x", Cure: "y"}}}
	asked := ticket.NoticeRequested{Notice: 1, Kind: ticket.NoticeResult, Language: "en", Channels: []ticket.Channel{ticket.Online}, Subject: "s", Text: "t"}
	advised := func(key, organisation string, events ...any) *ticket.RequestNotice {
		t.Helper()
		stream := domain.Stream("ticket", key)
		pending := make([]domain.Pending, len(events))
		for i, e := range events {
			pending[i] = domain.Pending{Event: e, Meta: meta}
		}
		_, err := o.store.Append(t.Context(), stream, domain.NoStream, key, pending)
		require.NoError(t, err)
		history, _, err := o.store.Load(t.Context(), stream)
		require.NoError(t, err)
		orders, err := processes.Advices{Streams: o.store, Language: organisation}.Process().React(t.Context(), history[len(history)-1])
		require.NoError(t, err)
		require.Len(t, orders, 1)
		return orders[0].Payload.(*ticket.RequestNotice)
	}
	for i, c := range []struct{ organisation, language, subject, text string }{
		{"", "zh-Hant", "補正材料一次性告知", "1. materials.lease：x（y）"},
		{"zh-Hans", "zh-Hans", "补正材料一次性告知", "1. materials.lease：x（y）"},
		{"en", "en", "What is missing from your application", "1. materials.lease: x (y)"},
	} {
		n := advised("00000000-0000-4000-8000-00000000000"+string(rune('1'+i)), c.organisation, defects)
		require.Equal(t, []string{c.language, c.subject, c.text}, []string{n.Language, n.Subject, n.Text})
	}
	sent := advised("00000000-0000-4000-8000-000000000008", "en", ticket.ProgressAnnounced{Text: "we are closed on Friday"})
	require.Equal(t, []string{"progress", "How your application stands", "we are closed on Friday"}, []string{string(sent.Kind), sent.Subject, sent.Text})
	quiet := domain.Envelope{Stream: domain.Stream("ticket", "00000000-0000-4000-8000-000000000008"), Event: ticket.ProgressReported{Text: "x"}}
	orders, err := processes.Advices{Streams: o.store}.Process().React(t.Context(), quiet)
	require.NoError(t, err)
	require.Empty(t, orders, "what is there for whoever looks is not sent")
	n := advised("00000000-0000-4000-8000-000000000009", "zh-Hans", asked, ticket.Lapsed{Channel: ticket.Mail})
	require.Equal(t, []string{"en", "Your application has lapsed"}, []string{n.Language, n.Subject})
}

// templates are those of a test, by key.
type templates map[string]template.Facts

func (t templates) Template(id string) (template.Facts, bool) { f, ok := t[id]; return f, ok }

// TestDefectsAreNamedAsTheFormNamesThem: fields and materials by the labels of the version that bound the ticket, in the notice's
// language; what is wrong in words where nobody wrote any; and the path where the template tells no name.
func TestDefectsAreNamedAsTheFormNamesThem(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	labels := func(lease, amount string) casetype.Definition {
		return casetype.Definition{Labels: map[string]casetype.Text{
			"lease": {"zh-Hant": lease, "zh-Hans": "租约", "en": "Lease"}, "amount": {"zh-Hant": amount},
		}}
	}
	known := templates{"shop": template.Facts{}.After(template.Drafted{Version: 1, Definition: labels("租約", "金額")}, time.Now()).
		After(template.Drafted{Version: 2, Definition: labels("新租約", "新金額")}, time.Now())}
	stream, now := domain.Stream("ticket", "00000000-0000-4000-8000-000000000011"), time.Now()
	meta := domain.Metadata{Principal: "service-import", Effective: now, Decided: now, Command: "ticket.notify_defects"}
	_, err := o.store.Append(t.Context(), stream, domain.NoStream, "x", []domain.Pending{
		{Event: ticket.Opened{Template: casetype.Ref{Template: "shop", Version: 1}, Channel: ticket.Mail}, Meta: meta},
		{Event: ticket.DefectsNotified{Notice: 1, Channel: ticket.Mail, Defects: []ticket.Defect{
			{Path: "materials.lease", Code: ticket.GapMissing}, {Path: "form.amount", Code: ticket.GapDefective, Text: "x", Cure: "y"}, {Path: "form.other", Code: ticket.GapExpired},
		}}, Meta: meta},
	})
	require.NoError(t, err)
	history, _, err := o.store.Load(t.Context(), stream)
	require.NoError(t, err)
	for language, want := range map[string]string{
		"zh-Hant": "1. 租約：缺少\n2. 金額：x（y）\n3. form.other：已過期",
		"zh-Hans": "1. 租约：缺少\n2. 金額：x（y）\n3. form.other：已过期",
		"en":      "1. Lease: is missing\n2. 金額: x (y)\n3. form.other: has expired",
	} {
		orders, err := processes.Advices{Streams: o.store, Templates: known, Language: language}.Process().React(t.Context(), history[1])
		require.NoError(t, err)
		require.Equal(t, want, orders[0].Payload.(*ticket.RequestNotice).Text)
	}
}
