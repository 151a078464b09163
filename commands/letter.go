package commands

import (
	"embed"
	"strings"
	"text/template"

	"docket/domain/ticket"
)

// letters are the words of notices to customers, one file per language (結果通知, mission row F2).
//
//go:embed letters/*.tmpl
var letters embed.FS

var letterTemplates = loadLetters("zh-Hant", "zh-Hans", "en")

func loadLetters(languages ...string) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, l := range languages {
		t := template.New(l).Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }})
		all[l] = template.Must(t.ParseFS(letters, "letters/"+l+".tmpl"))
	}
	return all
}

// letter is what a notice of the outcome says.
type letter struct {
	Kind          ticket.NoticeKind
	Number        string
	Failed        bool
	Text          string
	FollowUp      []string
	Reasons       []string
	Remedies      []string
	ObjectionDays int
}

// outcomeLetter writes the notice of a ticket's outcome. Nothing is written in a language that there is none of; the
// command refuses it.
func outcomeLetter(s ticket.State, c *ticket.NotifyResult) ticket.NoticeFacts {
	language := c.Language
	if language == "" {
		language = "zh-Hant"
	}
	t := letterTemplates[language]
	if t == nil {
		return ticket.NoticeFacts{}
	}
	l := letter{
		Kind: ticket.NoticeResult, Number: s.Number, Failed: s.Failed(), Text: c.Text, FollowUp: c.FollowUp, Reasons: c.Reasons,
		Remedies: c.Remedies,
	}
	if s.Status == ticket.StatusRefused {
		l.Kind = ticket.NoticeRefusal
	}
	if s.Rules != nil {
		l.ObjectionDays = s.Rules.Objection.Days
	}
	return ticket.NoticeFacts{Subject: written(t, "subject", l), Text: written(t, "text", l)}
}

func written(t *template.Template, part string, l letter) string {
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, part, l); err != nil {
		panic(err) // the templates are part of the program, and a test writes every letter
	}
	return strings.TrimSpace(b.String())
}
