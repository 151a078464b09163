package ticket

import "docket/domain/casetype"

// Opened: an application has come and is being drawn up on a version of a template. It has no number yet and asks nothing
// of those who handle tickets (mission rows I1 and I3).
type Opened struct {
	Template         casetype.Ref `json:"template" class:"skeleton"`
	Unit             string       `json:"unit" class:"skeleton"`
	Type             string       `json:"type" class:"skeleton"` // business type 業務類型, a code
	Channel          Channel      `json:"channel" class:"skeleton"`
	Title            string       `json:"title" class:"content"`
	Description      string       `json:"description,omitempty" class:"content"`
	Customer         string       `json:"customer,omitempty" class:"skeleton"` // customer reference, an id
	CustomerName     string       `json:"customer_name,omitempty" class:"content"`
	CustomerPhone    string       `json:"customer_phone,omitempty" class:"marked"`
	CustomerIDNumber string       `json:"customer_id_number,omitempty" class:"marked"`
	Reference        string       `json:"reference,omitempty" class:"skeleton"` // number in another system
	Message          string       `json:"message,omitempty" class:"content"`    // id of the message that brought it
	By               string       `json:"by,omitempty" class:"skeleton"`        // who drew it up; empty for a connector

	Procedure casetype.ProcedureRef `json:"procedure,omitzero" class:"skeleton"` // in force then; none: the template names none
}

// FormFilled: these fields of the form hold these values from now on; an empty one was taken away. Until the ticket is
// registered that is drawing up, and no correction (kpis §2.1).
type FormFilled struct {
	Values      map[string]string `json:"values,omitempty" class:"content"`
	Marked      map[string]string `json:"marked,omitempty" class:"marked"` // those the template marks as sensitive
	Title       string            `json:"title,omitempty" class:"content"` // empty: as it was
	Description string            `json:"description,omitempty" class:"content"`
	Customer    string            `json:"customer,omitempty" class:"skeleton"` // whose key seals Marked
	By          string            `json:"by,omitempty" class:"skeleton"`       // who filled it in; empty for a connector
}

// MarkedSubject seals the marked fields under the customer's key where the customer is known.
func (e Opened) MarkedSubject() string { return customerSubject(e.Customer) }

// MarkedSubject seals the marked fields under the customer's key where the customer is known.
func (e FormFilled) MarkedSubject() string { return customerSubject(e.Customer) }

func customerSubject(customer string) string {
	if customer == "" {
		return ""
	}
	return "customer-" + customer
}

func (Opened) isTicket()     {}
func (FormFilled) isTicket() {}

func (Opened) isIntake()     {}
func (FormFilled) isIntake() {}
