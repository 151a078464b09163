package ticket

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"docket/domain"
	"docket/domain/route"
)

// Authority is what the matrix of who may approve what says of a decision (審批權限, mission row R6). The pipeline fills it
// for stages that name a kind of authority.
type Authority struct {
	Within bool     // the signer may approve this type, amount and risk at this time
	Entry  string   // of the matrix, that allows it
	Who    []string // the roles that may, where the signer may not
}

// sign puts a name to a decision on a stage.
func (s State) sign(st route.Stage, m domain.Meta, authority string) Signature {
	by, lender := signer(m.Actor)
	sig := Signature{
		By: by, OnBehalfOf: lender, Delegation: m.Actor.Delegation, Role: st.Role, At: m.Effective,
		Form: s.Route.Form.Revision,
	}
	if st.Authority != "" {
		sig.Authority = authority
	}
	if post, ok := s.seat(st, m.Actor); ok {
		sig.Unit = post.Unit
	}
	return sig
}

// Signed is what a digest covers, in its canonical form: JSON with the keys in this order and those of maps sorted. Marked
// values are left out, since the digest is sealed under the ticket's key and they under the customer's; the form's
// revision stands for them.
type Signed struct {
	Stage     string            `json:"stage"`
	Round     int               `json:"round"`
	Verdict   string            `json:"verdict"` // passed, refused
	Words     []string          `json:"words"`   // opinion and conditions, or reasons, remedies and how to object
	Judgement Judgement         `json:"judgement"`
	Values    map[string]string `json:"values"`
	Result    *Finished         `json:"result,omitempty"`
	Signature Signature         `json:"signature"`
}

// Digest is the SHA-256 of the canonical form, in hex.
func (d Signed) Digest() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic("ticket: texts, numbers and a time do not encode: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// digest is that of a decision on what stands in the form now.
func (s State) digest(st route.Stage, verdict string, words []string, j Judgement, sig Signature) string {
	d := Signed{
		Stage: st.Key, Round: s.round(st.When), Verdict: verdict, Words: words, Judgement: j, Values: map[string]string{},
		Signature: sig,
	}
	marked := s.markedFields()
	for key, value := range s.Route.Form.Values {
		if !marked[key] {
			d.Values[key] = value
		}
	}
	if st.When == route.After {
		d.Result = &s.Route.Finished
	}
	return d.Digest()
}

// markedFields are the keys of the fields that the template marks as sensitive.
func (s State) markedFields() map[string]bool {
	marked := map[string]bool{}
	if s.Rules == nil {
		return marked
	}
	for _, f := range s.Rules.Fields {
		if f.Marked {
			marked[f.Key] = true
		}
	}
	return marked
}
