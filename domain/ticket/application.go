package ticket

import (
	"cmp"

	"docket/domain"
)

// Application is who asks for what, by which way: what every ticket has beside the form of its template.
type Application struct {
	Type             string
	Channel          Channel
	Title            string
	Description      string
	Customer         string
	CustomerName     string
	CustomerPhone    string
	CustomerIDNumber string
	Reference        string
}

func (e Opened) application() Application {
	return Application{
		Type: e.Type, Channel: e.Channel, Title: e.Title, Description: e.Description, Customer: e.Customer,
		CustomerName: e.CustomerName, CustomerPhone: e.CustomerPhone, CustomerIDNumber: e.CustomerIDNumber, Reference: e.Reference,
	}
}

// amended is the application with the texts that were written anew.
func (a Application) amended(e FormFilled) Application {
	a.Title, a.Description = cmp.Or(e.Title, a.Title), cmp.Or(e.Description, a.Description)
	return a
}

// check notes what is wrong with an application.
func (a Application) check(v *domain.Checks) {
	v.RequiredText("title", a.Title, maxTitle)
	v.Text("description", a.Description, maxText)
	v.Text("customer_name", a.CustomerName, maxName)
	v.Text("customer_phone", a.CustomerPhone, maxMarked)
	v.Text("customer_id_number", a.CustomerIDNumber, maxMarked)
	domain.OneOf(v, "channel", a.Channel, Channels...)
}

// registered notes whose matter a ticket is that was registered without being drawn up first.
func (i Intake) registered(e Registered) Intake {
	i.Application.Type, i.Application.Customer = e.Type, e.Customer
	return i
}
