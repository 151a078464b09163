package ticket

import (
	"slices"

	"docket/domain"
	"docket/domain/form"
)

// AttachFile makes an uploaded file part of the ticket (材料, 補正, mission row I6). Supplements are added, never swapped:
// nothing takes a file away again.
type AttachFile struct {
	Digest   string   `json:"digest" doc:"of the uploaded file, as the upload told it" pattern:"^[0-9a-f]{64}$"`
	Kind     FileKind `json:"kind" enum:"material,evidence,receipt,result,other"`
	Material string   `json:"material,omitempty" doc:"key of the material it is" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Name     string   `json:"name" minLength:"1" maxLength:"200"`

	Facts FileFacts `json:"-"`
}

// FileFacts are what is known of an upload to this ticket.
type FileFacts struct {
	Known     bool // uploaded to this ticket and still there
	Size      int64
	MediaType string
	Scan      string // clean, not_scanned or infected
}

// Refusals of files.
var (
	ErrInfected = domain.Refusal(domain.Conflict, "attachment.infected", "the file did not pass the malware scan; it is kept sealed and cannot be attached")
	ErrFinal    = domain.Refusal(domain.Conflict, "ticket.final", "the ticket is closed or cancelled")
)

// May wants a ticket that is not closed.
func (c AttachFile) May(s State, _ domain.Meta) error {
	if s.Status == StatusClosed || s.Status == StatusCancelled {
		return ErrFinal
	}
	return nil
}

// Decide attaches; a file attached already changes nothing.
func (c AttachFile) Decide(s State, _ domain.Meta) ([]Event, error) {
	if _, there := s.Privacy.Files[c.Digest]; there {
		return nil, nil
	}
	var v domain.Checks
	domain.OneOf(&v, "kind", c.Kind, FileKinds...)
	v.RequiredText("name", c.Name, maxName)
	if !c.Facts.Known {
		v.Fail("digest", "unknown", "no such file was uploaded to this ticket")
	}
	if c.Material != "" && s.Rules != nil &&
		!slices.ContainsFunc(s.Rules.Materials, func(m form.Material) bool { return m.Key == c.Material }) {
		v.Fail("material", "unknown", "is not on the template's list")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Facts.Scan == ScanInfected {
		return nil, ErrInfected
	}
	return []Event{FileAttached{
		Digest: c.Digest, Kind: c.Kind, Material: c.Material, Name: c.Name,
		Size: c.Facts.Size, MediaType: c.Facts.MediaType, Scan: c.Facts.Scan,
	}}, nil
}

// FileKind says what a file is.
type FileKind string

// Values of the kinds, and what a malware scan may have said.
const (
	FileMaterial FileKind = "material" // 申請材料
	FileEvidence FileKind = "evidence" // of a check, a pause, a contact
	FileReceipt  FileKind = "receipt"  // 簽收憑證
	FileResult   FileKind = "result"   // 業務成果
	FileOther    FileKind = "other"

	ScanClean      = "clean"
	ScanNotScanned = "not_scanned"
	ScanInfected   = "infected"
)

// FileKinds in the order forms show them.
var FileKinds = []FileKind{FileMaterial, FileEvidence, FileReceipt, FileResult, FileOther}

// UnmarshalText refuses an unknown kind.
func (k *FileKind) UnmarshalText(b []byte) error { return domain.ParseCode(k, b, FileKinds) }
