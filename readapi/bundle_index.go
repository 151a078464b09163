package readapi

import (
	"fmt"
	"strings"
	"time"

	"docket/internal/bundle"
	"docket/internal/paper"
)

// index is the bundle's page for people, in Chinese.
func (s *service) index(e *evidence, attachments []attachmentLine) bundle.Page {
	p := e.page
	zone := time.UTC
	if d := s.definition(e.Form.Template); d != nil {
		zone = s.zone(d.Rules.Calendar, e.at)
	}
	at := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04:05 -07:00") }
	page := bundle.Page{
		Language: "zh-Hant", Title: "業務單證據包 " + p.Number + "　" + p.Form.Title,
		Lead: []string{
			fmt.Sprintf("截至 %s，修訂 %d，事件 %d 個。時區 %s。", at(e.at), e.Revision, len(e.events), zone),
			"讀者：" + e.reader.named() + "　用途：" + e.purpose,
			"核對：sh verify.sh，或 sha256sum -c MANIFEST.sha256。敏感值已遮蔽。",
		},
	}
	page.Sections = append(page.Sections, bundle.Section{Heading: "現況", Rows: [][]bundle.Cell{
		bundle.Cells("狀態", p.Status), bundle.Cells("負責單位", p.Unit.named()), bundle.Cells("負責組", p.Group.named()),
		bundle.Cells("經辦人", p.Handler.named()), bundle.Cells("自", at(p.HeldSince)), bundle.Cells("登記時間", at(p.RegisteredAt)),
		bundle.Cells("緊急程度", p.Form.Urgency), bundle.Cells("業務類型", p.Form.Type), bundle.Cells("客戶", p.Form.CustomerName),
	}})
	page.Sections = append(page.Sections, formSection(p))
	stages := bundle.Section{Heading: "審批環節", Columns: []string{"環節", "狀態", "決定", "簽署人", "時間", "意見", "摘要"}}
	for _, st := range p.Stages {
		if len(st.Decisions) == 0 {
			stages.Rows = append(stages.Rows, bundle.Cells(st.Label, st.Status, "", "", "", "", ""))
		}
		for _, d := range st.Decisions {
			row := bundle.Cells(st.Label, st.Status, d.Verdict, d.By.named(), at(d.At), d.Opinion+strings.Join(d.Items, "；"), d.Digest)
			if d.Standing != "stands" {
				row[2].Struck, row[2].Text = []string{d.Verdict}, d.Standing
			}
			stages.Rows = append(stages.Rows, row)
		}
	}
	clocks := bundle.Section{Heading: "時限", Columns: []string{"時限", "狀態", "起", "期限", "日曆", "到期", "停止"}}
	for _, k := range p.Clocks {
		clocks.Rows = append(clocks.Rows, bundle.Cells(fmt.Sprintf("%s #%d", k.Clock, k.Round), k.Status, at(k.Since),
			fmt.Sprintf("%d %s", k.Limit.Amount, k.Limit.Unit), fmt.Sprintf("%s v%d", k.Calendar, k.Version), maybe(k.DueAt, at), maybe(k.StoppedAt, at)))
	}
	custody := bundle.Section{Heading: "責任歸屬（無間隙）", Columns: []string{"自", "至", "單位", "組", "人", "狀態", "等待"}}
	for _, l := range e.custody.Intervals {
		custody.Rows = append(custody.Rows, bundle.Cells(at(l.From), at(l.To), l.Unit.named(), l.Group.named(), l.Person.named(), l.Status, l.Waiting))
	}
	page.Sections = append(page.Sections, stages, clocks, custody, timelineSection(p, at))
	files := bundle.Section{Heading: "附件", Columns: []string{"名稱", "大小", "封存摘要", "內容摘要", "說明"}}
	for _, f := range attachments {
		row := bundle.Cells(f.Name, fmt.Sprint(f.Size), f.Digest, f.SHA256, f.Why)
		row[0].Link = f.Path
		files.Rows = append(files.Rows, row)
	}
	page.Sections = append(page.Sections, files)
	return page
}

// writeContents adds the list of the bundle's files for people who print it.
func (s *service) writeContents(b *bundle.Writer, e *evidence) error {
	p, about := e.page, e.about()
	c := paper.Contents{
		Number: p.Number, Title: p.Form.Title, Unit: p.Unit.named(), Handler: p.Handler.named(), Status: p.Status, Reader: e.reader.named(),
		Purpose: e.purpose, AsOf: e.at, Revision: about.Revision, Position: about.Position, Events: about.Events,
	}
	if c.Number == "" {
		c.Number = e.Ticket
	}
	if d := s.definition(e.Form.Template); d != nil {
		c.AsOf = e.at.In(s.zone(d.Rules.Calendar, e.at))
	}
	for _, f := range b.Files() {
		c.Files = append(c.Files, paper.ContentsFile(f))
	}
	pdf, err := c.PDF("en")
	if err != nil {
		return err
	}
	return b.Text("index.pdf", string(pdf))
}

// formSection prints the form; corrected values stand struck through with the stamp beside (更正章, mission row X3).
func formSection(p *TicketPage) bundle.Section {
	section := bundle.Section{Heading: "表單", Rows: [][]bundle.Cell{bundle.Cells("標題", p.Form.Title), bundle.Cells("業務內容", p.Form.Description)}}
	for _, f := range p.Fields {
		cell := bundle.Cell{Text: f.Value}
		if f.ValueLabel != "" {
			cell.Text = f.ValueLabel
		}
		var notes []string
		for _, c := range f.Corrections {
			cell.Struck = append(cell.Struck, c.Old)
			notes = append(notes, fmt.Sprintf("更正章 %s　%s　%s", c.Stamp, c.Corrector.named(), c.Reason))
		}
		cell.Note = strings.Join(notes, "；")
		section.Rows = append(section.Rows, []bundle.Cell{{Text: f.Label}, cell})
	}
	return section
}

func timelineSection(p *TicketPage, at func(time.Time) string) bundle.Section {
	section := bundle.Section{Heading: "事件", Columns: []string{"序", "發生", "記錄", "事件", "人員", "代", "角色", "依據", "理由與內容"}}
	for i := range p.Timeline {
		l := &p.Timeline[i]
		who := l.Actor
		if who == nil {
			who = l.Principal
		}
		section.Rows = append(section.Rows, bundle.Cells(
			position(l.Revision), at(l.HappenedAt), at(l.RecordedAt), l.Type, who.named(), l.OnBehalfOf.named(), l.Role, l.Rule,
			strings.TrimSpace(l.Why+" "+l.Text),
		))
	}
	return section
}

// named is a name, or the id where there is none; nothing for nobody.
func (r *Ref) named() string {
	switch {
	case r == nil:
		return ""
	case r.Name == "":
		return r.ID
	}
	return r.Name
}

func maybe(t *time.Time, at func(time.Time) string) string {
	if t == nil {
		return ""
	}
	return at(*t)
}
