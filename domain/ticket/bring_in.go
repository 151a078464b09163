package ticket

import (
	"fmt"
	"slices"

	"docket/domain"
)

// BringIn begins a draft from a message that a connector took in: mail or an online application (電子郵件、在線平台, mission row
// I1). It opens what [Open] opens, and the message's id, its template and its unit decide the ticket, whatever the idempotency
// key: the same message delivered twice opens one ticket (mission row X12). What came along is attached in the same decision,
// so that no crash leaves a ticket with half of its message.
type BringIn struct {
	Template         string            `json:"template" doc:"key of the template" minLength:"1" maxLength:"64"`
	Unit             string            `json:"unit" doc:"unit that receives it" minLength:"1" maxLength:"64"`
	Channel          Channel           `json:"channel" enum:"mail,online"`
	Message          string            `json:"message" doc:"id of the message, which no other message bears" minLength:"1" maxLength:"998"`
	Title            string            `json:"title" minLength:"1" maxLength:"200"`
	Description      string            `json:"description,omitempty" maxLength:"10000"`
	Customer         string            `json:"customer,omitempty" doc:"customer reference" pattern:"^[A-Za-z0-9_-]{1,64}$"`
	CustomerName     string            `json:"customer_name,omitempty" maxLength:"200"`
	CustomerPhone    string            `json:"customer_phone,omitempty" maxLength:"32"`
	CustomerIDNumber string            `json:"customer_id_number,omitempty" maxLength:"32"`
	Reference        string            `json:"reference,omitempty" doc:"number in another system" pattern:"^[A-Za-z0-9_./-]{1,64}$"`
	Values           map[string]string `json:"values,omitempty" doc:"by the keys of the form's fields"`
	Files            []BroughtFile     `json:"files,omitempty" doc:"uploaded for the message before" maxItems:"100"`

	Facts BringFacts `json:"-"`
}

// BroughtFile is a file that came with a message.
type BroughtFile struct {
	Digest string   `json:"digest" doc:"of the uploaded file, as the upload told it" pattern:"^[0-9a-f]{64}$"`
	Name   string   `json:"name" minLength:"1" maxLength:"200"`
	Kind   FileKind `json:"kind" enum:"material,other"`
}

// BringFacts are what the pipeline looks up: what it does for [Open], and the uploads by their digests.
type BringFacts struct {
	OpenFacts
	Files map[string]FileFacts
}

// Scope is the unit that receives the application.
func (c BringIn) Scope() domain.Scope { return domain.Scope{Unit: c.Unit} }

// May wants a stream that does not exist yet.
func (c BringIn) May(s State, m domain.Meta) error { return c.opening().May(s, m) }

// Decide opens the draft with its files.
func (c BringIn) Decide(_ State, m domain.Meta) ([]Event, error) {
	open := c.opening()
	var v domain.Checks
	open.check(&v)
	if c.Channel != Mail && c.Channel != Online && slices.Contains(Channels, c.Channel) {
		v.Fail("channel", "not_allowed", "must be mail or online: what people say and bring is keyed by a clerk")
	}
	v.Required("message", c.Message)
	for i, f := range c.Files {
		c.checkFile(&v, fmt.Sprintf("files[%d].", i), f)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	events, err := open.begin(m)
	if err != nil {
		return nil, err
	}
	for _, f := range c.Files {
		facts := c.Facts.Files[f.Digest]
		events = append(events, FileAttached{
			Digest: f.Digest, Kind: f.Kind, Name: f.Name, Size: facts.Size, MediaType: facts.MediaType, Scan: facts.Scan,
		})
	}
	return events, nil
}

// checkFile wants a file that was uploaded for the message and in which no scan found anything.
func (c BringIn) checkFile(v *domain.Checks, path string, f BroughtFile) {
	domain.OneOf(v, path+"kind", f.Kind, FileMaterial, FileOther)
	v.RequiredText(path+"name", f.Name, maxName)
	switch facts := c.Facts.Files[f.Digest]; {
	case !facts.Known:
		v.Fail(path+"digest", "unknown", "no such file was uploaded for this message")
	case facts.Scan == ScanInfected:
		v.Fail(path+"digest", "malware", "did not pass the malware scan")
	}
}

func (c BringIn) opening() Open {
	return Open{
		Template: c.Template, Unit: c.Unit, Channel: c.Channel, Title: c.Title, Description: c.Description, Customer: c.Customer,
		CustomerName: c.CustomerName, CustomerPhone: c.CustomerPhone, CustomerIDNumber: c.CustomerIDNumber, Reference: c.Reference,
		Message: c.Message, Values: c.Values, Facts: c.Facts.OpenFacts,
	}
}
