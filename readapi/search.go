package readapi

import (
	"context"
	"time"

	"docket/domain/authz"
	"docket/projections/search"
)

// SearchRequest asks for tickets by words.
type SearchRequest struct {
	Request
	Query string `query:"q" minLength:"1" maxLength:"100" required:"true" doc:"words, parted by blanks; all of them have to be in the ticket" example:"駕駛證 補換"`
	After string `query:"after" maxLength:"512" doc:"the field next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"rows of a page"`
}

// SearchPage is a page of tickets that were found: by number first, then by title, then by content, each the newest first.
type SearchPage struct {
	List[FoundTicket]
	Total   int  `json:"total" doc:"tickets found that you may see"`
	AtLeast bool `json:"at_least" doc:"there are more with these words than were looked at; the newest of them are among those shown"`
}

// SearchResponse is a page with the position it stands at.
type SearchResponse struct {
	Position uint64 `header:"Docket-Position"`
	Body     SearchPage
}

// FoundTicket is one ticket with what was found in it.
type FoundTicket struct {
	ID           string      `json:"id"`
	Number       string      `json:"number"`
	Title        string      `json:"title"`
	Status       string      `json:"status"`
	Unit         *Ref        `json:"unit"`
	Group        *Ref        `json:"group"`
	Handler      *Ref        `json:"handler"`
	RegisteredAt time.Time   `json:"registered_at"`
	Where        string      `json:"where" enum:"number,serial,title,content" doc:"where the words are"`
	Marked       []PieceView `json:"marked,omitempty" doc:"the title in pieces, where words are in it"`
	Snippet      []PieceView `json:"snippet,omitempty" doc:"the part of the content around the first word there"`
}

// PieceView is a part of a text.
type PieceView struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty" doc:"it is what was searched for"`
}

// wheres are the words for where something was found.
var wheres = map[search.Rank]string{search.InNumber: "number", search.InSerial: "serial", search.InTitle: "title", search.InContent: "content"}

func (s *service) search(ctx context.Context, in *SearchRequest) (*SearchResponse, error) {
	reach, err := s.reaches(ctx, "search", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	asked := search.Asked{Reach: reach, Query: in.Query, Limit: in.Limit}
	if in.After != "" {
		asked.After = &search.Key{}
		if !decodeCursor(in.After, asked.After) || !isID(asked.After.Ticket) || !sensible(asked.After.RegisteredAt) || wheres[asked.After.Rank] == "" {
			return nil, errCursor
		}
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := search.Find(ctx, s.Reader, after, asked)
	if err != nil {
		return nil, err
	}
	out := &SearchResponse{Position: answer.Position, Body: SearchPage{Total: answer.Total, AtLeast: answer.AtLeast}}
	out.Body.Items = make([]FoundTicket, len(answer.Hits))
	now := s.Clock()
	for i, h := range answer.Hits {
		out.Body.Items[i] = FoundTicket{
			ID: h.Ticket, Number: h.Number, Title: h.Title, Status: h.Status, Unit: s.names.unit(h.Unit, now), Group: s.names.unit(h.Group, now),
			Handler: s.names.staff(h.Handler, now), RegisteredAt: h.RegisteredAt.UTC(), Where: wheres[h.Rank],
			Marked: pieces(h.Marked), Snippet: pieces(h.Snippet),
		}
	}
	if answer.Next != nil {
		out.Body.Next = encodeCursor(answer.Next)
	}
	return out, nil
}

func pieces(list []search.Piece) []PieceView {
	views := make([]PieceView, len(list))
	for i, p := range list {
		views[i] = PieceView(p)
	}
	return views
}
