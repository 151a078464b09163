package processes_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain"
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
