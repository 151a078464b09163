package ticket

import "docket/domain"

// PrivacyEvent is an event of what is kept sealed: files that were attached, and marked values that somebody was shown
// (mission rows I6, T5).
//
//sumtype:decl
type PrivacyEvent interface {
	Event
	isPrivacy()
}

// FileAttached: a file belongs to the ticket from now on. It stays, whatever supplements follow. The digest is of the sealed
// bytes, by which the file is kept.
type FileAttached struct {
	Digest    string   `json:"digest" class:"skeleton"`
	Kind      FileKind `json:"kind" class:"skeleton"`
	Material  string   `json:"material,omitempty" class:"skeleton"` // key of the material it is, on a template's list
	Name      string   `json:"name" class:"content"`
	Size      int64    `json:"size" class:"skeleton"` // bytes, unsealed
	MediaType string   `json:"media_type" class:"skeleton"`
	Scan      string   `json:"scan" class:"skeleton"` // what the malware scan said: clean or not_scanned
}

// FieldRevealed: somebody was shown a marked value in plain, for a stated purpose. The value is not here.
type FieldRevealed struct {
	Field   string `json:"field" class:"skeleton"`
	Purpose string `json:"purpose" class:"content"`
}

func (FileAttached) isTicket()   {}
func (FileAttached) isPrivacy()  {}
func (FieldRevealed) isTicket()  {}
func (FieldRevealed) isPrivacy() {}

// Privacy is what decisions read of it.
type Privacy struct {
	Marked map[string]string       // marked values given at registration, by the field's name
	Files  map[string]FileAttached // by digest
}

var privacyEvents = domain.Contract[Event]{
	"TicketFileAttached":  domain.Of[FileAttached](),
	"TicketFieldRevealed": domain.Of[FieldRevealed](),
}

// afterPrivacy folds the family's own part.
func (s State) afterPrivacy(event PrivacyEvent) State {
	switch e := event.(type) {
	case FileAttached:
		files := make(map[string]FileAttached, len(s.Privacy.Files)+1)
		for digest, f := range s.Privacy.Files {
			files[digest] = f
		}
		files[e.Digest] = e
		s.Privacy.Files = files
	case FieldRevealed:
	}
	return s
}

// given notes the marked values of a registration.
func (p Privacy) given(e Registered) Privacy {
	p.Marked = nil
	for name, value := range map[string]string{"customer_phone": e.CustomerPhone, "customer_id_number": e.CustomerIDNumber} {
		if value == "" {
			continue
		}
		if p.Marked == nil {
			p.Marked = map[string]string{}
		}
		p.Marked[name] = value
	}
	return p
}
