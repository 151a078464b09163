package customer

import (
	"docket/domain"
	"docket/domain/form"
)

// The coded values of customers. UnmarshalText refuses what is not listed.
type (
	Kind    string // of customer
	Stage   string // how far the relation has come
	Tier    string // how it is looked after
	Field   string // of the file
	Source  string // where a value comes from
	Purpose string // what it is kept for
)

// Values of the codes.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"

	Prospect Stage = "prospect" // 潛在客戶
	Client   Stage = "client"   // 簽約客戶
	Former   Stage = "former"   // 不再往來

	Key     Tier = "key"     // 重點客戶
	Regular Tier = "regular" // 一般客戶

	Name           Field = "name"
	IDNumber       Field = "id_number"     // 身份證號
	OrgCode        Field = "organisation"  // 統一社會信用代碼
	Phone          Field = "phone"         // 聯繫電話
	Email          Field = "email"         //
	Address        Field = "address"       // 地址
	BankCard       Field = "bank_card"     // 銀行卡號
	Contact        Field = "contact"       // 聯繫人, of an organisation
	Company        Field = "company"       // 所屬公司, of a person
	Scope          Field = "business"      // 經營範圍
	Representative Field = "legal_person"  // 法定代表人
	Channel        Field = "reach_through" // preferred way to be told

	FromCustomer Source = "customer" // said or filled in by the customer
	FromDocument Source = "document" // read off a document that was shown
	FromStaff    Source = "staff"    // observed by us
	FromPublic   Source = "public"   // public register
	FromSystem   Source = "system"   // another system
	FromThird    Source = "third"    // a third party, with the customer's consent

	ForService  Purpose = "service"  // to handle the customer's business
	ForIdentity Purpose = "identity" // to know that it is the customer
	ForContract Purpose = "contract" // to conclude and fulfil a contract
	ForContact  Purpose = "contact"  // to reach the customer
	ForLaw      Purpose = "law"      // because a law asks for it
)

// Values of each code, in the order forms show them.
var (
	Kinds    = []Kind{Person, Organisation}
	Stages   = []Stage{Prospect, Client, Former}
	Tiers    = []Tier{Key, Regular}
	Fields   = []Field{Name, IDNumber, OrgCode, Phone, Email, Address, BankCard, Contact, Company, Scope, Representative, Channel}
	Sources  = []Source{FromCustomer, FromDocument, FromStaff, FromPublic, FromSystem, FromThird}
	Purposes = []Purpose{ForService, ForIdentity, ForContract, ForContact, ForLaw}
)

// property says what a field is.
type property struct {
	marked     bool // sealed as marked and shown masked
	identifies bool // meant to be the customer's alone, so that the file is found by it
	of         Kind // only of this kind; empty: of both
	check      func(value string) bool
}

var fields = map[Field]property{
	Name:           {},
	IDNumber:       {marked: true, identifies: true, of: Person, check: form.IDNumber.Valid},
	OrgCode:        {identifies: true, of: Organisation, check: form.Organisation.Valid},
	Phone:          {marked: true, identifies: true, check: form.Phone.Valid},
	Email:          {marked: true, identifies: true, check: email},
	Address:        {marked: true},
	BankCard:       {marked: true, identifies: true, check: form.BankCard.Valid},
	Contact:        {of: Organisation},
	Company:        {of: Person},
	Scope:          {},
	Representative: {of: Organisation},
	Channel:        {},
}

// needed is what a contract needs to know (簽約前客戶信息完整, mission row U1).
var needed = map[Kind][]Field{
	Person:       {Name, IDNumber, Phone, Address},
	Organisation: {Name, OrgCode, Contact, Phone, Address, Scope},
}

// Marked reports whether a field is kept as a marked one.
func (f Field) Marked() bool { return fields[f].marked }

// Identifies reports whether a customer can be found by the field.
func (f Field) Identifies() bool { return fields[f].identifies }

// Missing lists what a contract needs and the file lacks.
func (s State) Missing() []Field {
	var missing []Field
	for _, f := range needed[s.Kind] {
		if s.Values[f].Text == "" {
			missing = append(missing, f)
		}
	}
	return missing
}

// UnmarshalText refuses an unknown kind.
func (k *Kind) UnmarshalText(b []byte) error { return domain.ParseCode(k, b, Kinds) }

// UnmarshalText refuses an unknown stage.
func (s *Stage) UnmarshalText(b []byte) error { return domain.ParseCode(s, b, Stages) }

// UnmarshalText refuses an unknown tier.
func (t *Tier) UnmarshalText(b []byte) error { return domain.ParseCode(t, b, Tiers) }

// UnmarshalText refuses an unknown field.
func (f *Field) UnmarshalText(b []byte) error { return domain.ParseCode(f, b, Fields) }

// UnmarshalText refuses an unknown source.
func (s *Source) UnmarshalText(b []byte) error { return domain.ParseCode(s, b, Sources) }

// UnmarshalText refuses an unknown purpose.
func (p *Purpose) UnmarshalText(b []byte) error { return domain.ParseCode(p, b, Purposes) }
