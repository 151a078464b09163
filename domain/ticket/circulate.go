package ticket

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"docket/domain"
)

// LegalBasis says why something may be sent to an outside body.
type LegalBasis string

// CirculationChannel says how a ticket goes outside.
type CirculationChannel string

// ReceiptKind says what proves that the outside body has it.
type ReceiptKind string

// Values of the codes.
const (
	ByConsent  LegalBasis = "consent"  // of the customer, in writing
	ByLaw      LegalBasis = "law"      // a law demands or allows it
	ByContract LegalBasis = "contract" // it carries out what the customer asked for

	SentByCourier      CirculationChannel = "courier"
	SentByMail         CirculationChannel = "mail"
	SentElectronically CirculationChannel = "electronic"
	SentByHand         CirculationChannel = "hand"

	ReceiptScan      ReceiptKind = "scan"
	ReceiptSignature ReceiptKind = "electronic_signature"
	ReceiptCourier   ReceiptKind = "courier_proof"
)

// Values of each code, in the order forms show them.
var (
	LegalBases          = []LegalBasis{ByConsent, ByLaw, ByContract}
	CirculationChannels = []CirculationChannel{SentByCourier, SentByMail, SentElectronically, SentByHand}
	ReceiptKinds        = []ReceiptKind{ReceiptScan, ReceiptSignature, ReceiptCourier}
)

// UnmarshalText refuses an unknown basis.
func (l *LegalBasis) UnmarshalText(b []byte) error { return domain.ParseCode(l, b, LegalBases) }

// UnmarshalText refuses an unknown channel.
func (c *CirculationChannel) UnmarshalText(b []byte) error {
	return domain.ParseCode(c, b, CirculationChannels)
}

// UnmarshalText refuses an unknown kind.
func (k *ReceiptKind) UnmarshalText(b []byte) error { return domain.ParseCode(k, b, ReceiptKinds) }

// Circulation is a ticket's way to an outside body and back.
type Circulation struct {
	Number    int
	Reference string // the ticket's number and the circulation's
	Digest    string // of the sealed manifest
	Fields    []string
	Paper     bool
	Revision  int // of the form, when it was sealed

	Chased int // days after which its receipt was last asked for

	Released, Received, Returned bool
}

// Outside reports whether something is still owed: the receipt, or the paper original's return.
func (c Circulation) Outside() bool { return c.Released && (!c.Received || c.Paper && !c.Returned) }

// Enclosure is one document that goes along.
type Enclosure struct {
	Name   string `json:"name" minLength:"1" maxLength:"200"`
	Pages  int    `json:"pages,omitempty" minimum:"0" maximum:"100000"`
	Digest string `json:"digest" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the file"`
}

// Manifest is the sealed copy of what is sent: each field with its value and each document with its digest.
type Manifest struct {
	Reference string            `json:"reference"`
	Values    map[string]string `json:"values"`
	Marked    map[string]string `json:"marked,omitempty"`
	Documents []Enclosure       `json:"documents"`
}

// Digest is the SHA-256 of the manifest's canonical JSON: keys sorted, nothing left out.
func (m Manifest) Digest() string {
	canonical, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("ticket: a manifest has no JSON: %v", err)) // texts and numbers always have
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// CirculationPrepared: somebody has checked the content, and a sealed copy of what is to be sent exists (外部流轉前核對、備份,
// mission row C4). The digest is sealed as the values are, so that it does not outlive them.
type CirculationPrepared struct {
	Circulation int               `json:"circulation" class:"skeleton"` // counts the ticket's circulations from 1
	Reference   string            `json:"reference" class:"skeleton"`   // what the receipt has to name
	Fields      []string          `json:"fields" class:"skeleton"`
	Revision    int               `json:"form_revision,omitempty" class:"skeleton"`
	Values      map[string]string `json:"values,omitempty" class:"content"`
	Marked      map[string]string `json:"marked,omitempty" class:"marked"`
	Documents   []Enclosure       `json:"documents,omitempty" class:"content"`
	Paper       bool              `json:"paper,omitempty" class:"skeleton"` // the original goes along
	Digest      string            `json:"digest" class:"content"`
	Customer    string            `json:"customer,omitempty" class:"skeleton"` // whose the marked values are
	CheckedBy   string            `json:"checked_by" class:"skeleton"`
}

// CirculationReleased: what was prepared has gone to the outside body.
type CirculationReleased struct {
	Circulation int                `json:"circulation" class:"skeleton"`
	Body        string             `json:"body" class:"content"`
	Contact     string             `json:"contact" class:"content"`
	Channel     CirculationChannel `json:"channel" class:"skeleton"`
	Basis       LegalBasis         `json:"basis" class:"skeleton"`
	Source      string             `json:"source" class:"content"` // the consent's reference, or the law
	Fields      []string           `json:"fields" class:"skeleton"`
}

// CirculationReceived: the outside body has signed for it (簽收憑證, mission row C5).
type CirculationReceived struct {
	Circulation int         `json:"circulation" class:"skeleton"`
	Kind        ReceiptKind `json:"kind" class:"skeleton"`
	Signer      string      `json:"signer" class:"content"`
	SignedAt    time.Time   `json:"signed_at" class:"skeleton"`
	File        string      `json:"file,omitempty" class:"content"` // digest of the scan
}

// CirculationReturned: what had gone outside is back.
type CirculationReturned struct {
	Circulation int       `json:"circulation" class:"skeleton"`
	At          time.Time `json:"at" class:"skeleton"`
	Condition   string    `json:"condition,omitempty" class:"content"`
}

// MarkedSubject seals the marked values under the customer's key where the customer is known.
func (e CirculationPrepared) MarkedSubject() string { return customerSubject(e.Customer) }

func (CirculationPrepared) isTicket() {}
func (CirculationPrepared) isDuty()   {}
func (CirculationReleased) isTicket() {}
func (CirculationReleased) isDuty()   {}
func (CirculationReceived) isTicket() {}
func (CirculationReceived) isDuty()   {}
func (CirculationReturned) isTicket() {}
func (CirculationReturned) isDuty()   {}

// outsideRefusal keeps a ticket from being closed while it is outside.
func (s State) outsideRefusal() error {
	if slices.ContainsFunc(s.Duty.Circulations, Circulation.Outside) {
		return ErrOutside
	}
	return nil
}

// circulation finds one by its number.
func (s State) circulation(number int) (Circulation, bool) {
	i := slices.IndexFunc(s.Duty.Circulations, func(c Circulation) bool { return c.Number == number })
	if i < 0 {
		return Circulation{}, false
	}
	return s.Duty.Circulations[i], true
}

// Refusals of circulations.
var (
	ErrOutside     = domain.Refusal(domain.Conflict, "ticket.outside", "a circulation outside has no receipt yet, or the original is not back")
	ErrNotPrepared = domain.Refusal(domain.Conflict, "ticket.not_prepared", "no content check and sealed copy wait to be released under that number")
	ErrStaleCopy   = domain.Refusal(domain.Conflict, "ticket.stale_copy", "the form has changed since the copy was sealed; prepare it again")
	ErrNotOutside  = domain.Refusal(domain.Conflict, "ticket.not_outside", "nothing under that number is outside and waits for this")
)
