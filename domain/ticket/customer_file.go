package ticket

import "docket/domain"

// CustomerFile is what is known of the file of a ticket's customer.
type CustomerFile struct {
	Known    bool
	Complete bool // holds all that a contract needs
}

// ErrCustomerIncomplete: the ticket is about a contract, and the customer's file lacks what a contract needs.
var ErrCustomerIncomplete = domain.Refusal(domain.Conflict, "ticket.customer_incomplete", "the customer's file lacks what a contract needs to know")

// contractual keeps a ticket about a contract from passing intake while its customer's file is incomplete (簽約前客戶信息完整,
// mission row U1).
func (s State) contractual(file CustomerFile) error {
	if s.Planned() && s.Rules.Contract && !(file.Known && file.Complete) {
		return ErrCustomerIncomplete
	}
	return nil
}
