package processes

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"docket/domain"
	"docket/domain/template"
	"docket/domain/ticket"
)

// Advices asks for the notice to the customer that follows from an act: intake declined, everything that is missing, an
// application that lapsed, a later date, progress that is to be sent (mission rows I4, I5, L3, A3, A7). Whoever was told in person gets none. It is written in the
// language in which somebody last had this customer told something of the ticket, else in the organisation's.
type Advices struct {
	Streams   Streams
	Templates Templates // what fields and materials are called; nil: their keys
	Language  string    // of the organisation: zh-Hant, zh-Hans or en; empty: zh-Hant
}

// Templates tells of templates; *directory.View does.
type Templates interface {
	Template(id string) (template.Facts, bool)
}

// Process asks for the notices.
func (a Advices) Process() Process {
	return Process{
		Name:  "advices",
		Types: map[string]bool{"TicketDeclined": true, "TicketDefectsNotified": true, "TicketLapsed": true, "TicketExtensionTold": true, "TicketProgressAnnounced": true},
		React: func(ctx context.Context, e domain.Envelope) ([]Order, error) {
			history, _, err := a.Streams.Load(ctx, e.Stream)
			if err != nil {
				return nil, err
			}
			language := a.language(history, e)
			n := advice(e, wordings[language], a.labels(history, e, language))
			if n.Kind == "" {
				return nil, nil
			}
			n.Cause, n.Language = e.ID, language
			return []Order{{Name: "ticket.request_notice", ID: e.Stream.Key(), Key: string(n.Kind), Payload: &n}}, nil
		},
	}
}

// language is that of the last notice which a person asked for before the event, else the organisation's.
func (a Advices) language(history []domain.Envelope, e domain.Envelope) string {
	language := a.Language
	if _, known := wordings[language]; !known {
		language = "zh-Hant"
	}
	for i := range history {
		asked, is := history[i].Event.(ticket.NoticeRequested)
		if _, known := wordings[asked.Language]; is && known && asked.Cause == "" && history[i].Revision < e.Revision {
			language = asked.Language
		}
	}
	return language
}

// labels gives the name of what a path of the ticket's form or materials leads to, by the version of the template that bound the
// ticket then; the path itself where no template tells.
func (a Advices) labels(history []domain.Envelope, e domain.Envelope, language string) func(path string) string {
	upTo := slices.IndexFunc(history, func(past domain.Envelope) bool { return past.Revision >= e.Revision })
	if a.Templates == nil || upTo < 0 {
		return func(path string) string { return path }
	}
	ref := fold(history[:upTo]).Template
	facts, _ := a.Templates.Template(ref.Template)
	bound, known := facts.Edition(ref.Version)
	return func(path string) string {
		_, key, nested := strings.Cut(path, ".")
		if !known || !nested || bound.Definition == nil || bound.Definition.Labels[key].In(language) == "" {
			return path
		}
		return bound.Definition.Label(key, language)
	}
}

// advice writes the notice; its kind is empty when none follows.
func advice(e domain.Envelope, w adviceWords, label func(path string) string) (n ticket.RequestNotice) {
	switch event := e.Event.(type) {
	case ticket.Declined:
		if inPerson(event.Channel) {
			return n
		}
		n = ticket.RequestNotice{Kind: ticket.NoticeDeclined, Text: event.Text}
		if n.Text == "" {
			n.Text = event.Reason
		}
	case ticket.DefectsNotified:
		if inPerson(event.Channel) {
			return n
		}
		n = ticket.RequestNotice{Kind: ticket.NoticeDefects, Text: defectList(event, w, label), Defects: event.Notice}
	case ticket.Lapsed:
		n = ticket.RequestNotice{Kind: ticket.NoticeLapsed, Text: w.lapsed}
	case ticket.ExtensionTold:
		if inPerson(event.Channel) {
			return n
		}
		n = ticket.RequestNotice{Kind: ticket.NoticeExtended, Text: event.Text}
	case ticket.ProgressAnnounced:
		n = ticket.RequestNotice{Kind: ticket.NoticeProgress, Text: event.Text}
	}
	n.Subject = w.subjects[n.Kind]
	return n
}

// inPerson reports whether the customer was told face to face or by phone.
func inPerson(c ticket.Channel) bool { return c == ticket.Window || c == ticket.Phone }

// defectList is everything that is missing or wrong, with what would cure it.
func defectList(e ticket.DefectsNotified, w adviceWords, label func(path string) string) string {
	var b strings.Builder
	if e.Text != "" {
		fmt.Fprintln(&b, e.Text)
	}
	for i, d := range e.Defects {
		text := d.Text
		if text == "" {
			text = w.shortcomings[d.Code]
		}
		fmt.Fprintf(&b, w.defect, i+1, label(d.Path), text)
		if d.Cure != "" {
			fmt.Fprintf(&b, w.cure, d.Cure)
		}
		b.WriteByte('\n')
	}
	return strings.TrimSpace(b.String())
}
