package httpapi

import (
	"embed"
	"encoding/json"
	"io/fs"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"docket/domain"
)

// locales holds one file per language: texts of problems by the slug of their rule, and of field failures by "field."
// and their code.
//
//go:embed locales/*.json
var locales embed.FS

// Languages are those that problems are told in; the first stands in for any other.
var Languages = []language.Tag{language.English, language.MustParse("zh-Hans"), language.MustParse("zh-Hant")}

var (
	texts   = loadTexts()
	matcher = language.NewMatcher(Languages)
)

// loadTexts reads every text once: a page tells dozens of them, and finding one in a bundle takes longer than writing it.
func loadTexts() map[language.Tag]map[string]string {
	b := i18n.NewBundle(Languages[0])
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	files, err := fs.Glob(locales, "locales/*.json")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	texts := map[language.Tag]map[string]string{}
	for _, file := range files {
		f, err := b.LoadMessageFileFS(locales, file)
		if err != nil {
			panic(err) // the files are part of the program; a test loads them
		}
		if texts[f.Tag] == nil {
			texts[f.Tag] = map[string]string{}
		}
		reader := i18n.NewLocalizer(b, f.Tag.String())
		for _, m := range f.Messages {
			texts[f.Tag][m.ID] = reader.MustLocalize(&i18n.LocalizeConfig{MessageID: m.ID})
		}
	}
	return texts
}

// Message is the text of a rule or of "field.<code>" in one language; false when that language has none.
func Message(tag language.Tag, id string) (string, bool) {
	text, found := texts[tag][id]
	return text, found
}

// english is the text of a field failure in the language that problems are made in.
func english(code string) string {
	text, _ := Message(language.English, "field."+code)
	return text
}

// Wanted is the one of [Languages] that fits an Accept-Language header best.
func Wanted(accept string) language.Tag {
	if accept == "" {
		return Languages[0]
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return Languages[0]
	}
	_, i, _ := matcher.Match(wanted...)
	return Languages[i]
}

// localized is a copy of a problem in the language asked for, and that language. English texts of rules and fields stay as
// they were made, for they may tell more than the rule's own.
func localized(p *ProblemDetails, accept string) (*ProblemDetails, string) {
	tag := Wanted(accept)
	if tag == Languages[0] {
		return p, tag.String()
	}
	c := *p
	if text, ok := Message(tag, p.Code); ok {
		c.Detail = text
	}
	c.Errors = make([]domain.FieldError, len(p.Errors))
	for i, f := range p.Errors {
		if text, ok := Message(tag, "field."+f.Code); ok {
			f.Msg = text
		}
		c.Errors[i] = f
	}
	return &c, tag.String()
}
