// Package form is the language of a ticket's form: typed fields, required materials, and the values that fill them in
// (格式清晰、易於填寫, mission row T4). Which form a ticket has is its case type's (package casetype); who filled it in is
// the ticket's own.
package form

// Type is what a field holds. All values are texts as typed; a type says which texts are valid and how two of them compare.
type Type string

// The types (mission row T4).
const (
	Text         Type = "text"
	Number       Type = "number" // decimal, no exponent
	Money        Type = "money"  // decimal with at most two places
	Date         Type = "date"   // 2006-01-02
	Enum         Type = "enum"
	IDNumber     Type = "id_number"    // 身份證號, ISO 7064 MOD 11-2 check character
	Phone        Type = "phone"        // 手機或固定電話
	BankCard     Type = "bank_card"    // 銀行卡號, Luhn check digit
	Organisation Type = "organisation" // 統一社會信用代碼, GB 32100 check character
	Attachment   Type = "attachment"   // digest of an attached file
	Table        Type = "table"        // JSON array of rows, each an object of column key to value
)

// Block says which of the five core blocks a field belongs to; a form has at least one field of each, and they cannot be
// removed (mission row T1). Fields beyond the core have no block.
type Block string

// The core blocks.
const (
	BusinessType Block = "business_type" // 業務類型
	Customer     Block = "customer"      // 客戶信息
	Content      Block = "content"       // 業務內容
	HandlingTime Block = "handling_time" // 辦理時間
	Handler      Block = "handler"       // 辦理人員
)

// Field is one field of a form.
type Field struct {
	Key       string   `json:"key" doc:"unique within the form" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Type      Type     `json:"type" enum:"text,number,money,date,enum,id_number,phone,bank_card,organisation,attachment,table"`
	Block     Block    `json:"block,omitempty"`
	Required  bool     `json:"required,omitempty" doc:"must be filled before the ticket is registered"`
	Marked    bool     `json:"marked,omitempty" doc:"sensitive: sealed under the customer's key and shown masked (mission row T5)"`
	Harmless  bool     `json:"harmless,omitempty" doc:"correcting it voids no review (mission row K3)"`
	MaxLength int      `json:"max_length,omitempty" doc:"of a text, in characters"`
	Min       string   `json:"min,omitempty" doc:"least number, amount or date"`
	Max       string   `json:"max,omitempty" doc:"greatest number, amount or date"`
	Choices   []string `json:"choices,omitempty" doc:"codes of an enum"`
	Columns   []Field  `json:"columns,omitempty" doc:"of a table"`
	Default   string   `json:"default,omitempty"`
}

// Material is something the customer has to bring (所需材料, mission row I6).
type Material struct {
	Key      string `json:"key" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Required bool   `json:"required,omitempty"`
	Original bool   `json:"original,omitempty" doc:"the original has to be seen"`
	Copies   int    `json:"copies,omitempty"`
}
