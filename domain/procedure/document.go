package procedure

import (
	"fmt"
	"maps"
	"slices"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/form"
)

// How much a procedure may hold.
const (
	maxTitle = 200
	maxBody  = 20_000
	maxSteps = 100
	maxText  = 10_000 // of a step, an opinion, a reason
)

// Document is what a procedure says, in the languages it is written in: the rules of the business, what is done at each key
// step, and the standard that the result is held to.
type Document struct {
	Title     casetype.Text `json:"title"`
	Rules     casetype.Text `json:"rules" doc:"業務規範: what binds whoever handles such tickets"`
	Steps     []Instruction `json:"steps,omitempty" doc:"操作流程: what is done at each key step, in order"`
	Standards casetype.Text `json:"standards,omitempty" doc:"標準: what the result is held to"`
}

// Instruction is what is done at a key step (關鍵步驟).
type Instruction struct {
	Key  string        `json:"key" doc:"key of the step, as templates name it" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Text casetype.Text `json:"text"`
}

// Digest is the SHA-256 of the document's canonical JSON; what is published is named by it.
func (d Document) Digest() string { return casetype.DigestOf(d) }

// Step is the instruction for a key step; false when there is none.
func (d Document) Step(key string) (Instruction, bool) {
	for _, s := range d.Steps {
		if s.Key == key {
			return s, true
		}
	}
	return Instruction{}, false
}

// Diff lists where two documents differ, by path; steps are compared by their keys.
func Diff(before, after Document) []casetype.Change { return casetype.Differences(before, after) }

// check notes everything that makes the document incomplete: no title, no rules, steps without words or with a key twice.
func (d Document) check(c *domain.Checks, path string) {
	checkText(c, path+"title", d.Title, maxTitle, true)
	checkText(c, path+"rules", d.Rules, maxBody, true)
	checkText(c, path+"standards", d.Standards, maxBody, false)
	if len(d.Steps) > maxSteps {
		c.Fail(path+"steps", "too_many", fmt.Sprintf("must be at most %d", maxSteps))
	}
	seen := map[string]bool{}
	for i, s := range d.Steps {
		at := fmt.Sprintf("%ssteps[%d].", path, i)
		form.CheckKey(c, at+"key", s.Key)
		if seen[s.Key] {
			c.Fail(at+"key", "duplicate_key", "must be given once")
		}
		seen[s.Key] = true
		checkText(c, at+"text", s.Text, maxText, true)
	}
}

// checkText wants words in languages that are known.
func checkText(c *domain.Checks, field string, t casetype.Text, longest int, required bool) {
	if required && t.In("") == "" {
		c.Fail(field, "required", "must not be empty")
	}
	for _, language := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(casetype.Languages, language) {
			c.Fail(field+"."+language, "not_allowed", "must be a language that labels are written in")
		}
		c.Text(field+"."+language, t[language], longest)
	}
}
