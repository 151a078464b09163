// Package help keeps who helps with a ticket, for the read models that show a ticket to those who help with it. What helping means is
// the ticket's own fold; the condition in SQL is package narrow.
package help

import "docket/domain/ticket"

// Help is that somebody helps with a ticket: by a sub-task that is not done yet, or as named by its handler (0).
type Help struct {
	Subtask int    `json:"subtask,omitempty"`
	Staff   string `json:"staff"`
}

// Of reads who helps off the aggregate's state.
func Of(d ticket.Duty) (all []Help) {
	for _, t := range d.Subtasks {
		if t.Pending() {
			all = append(all, Help{t.Number, t.To})
		}
	}
	for _, h := range d.Helpers {
		all = append(all, Help{Staff: h})
	}
	return all
}

// Duty is what the aggregate's fold needs to know of who helps.
func Duty(all []Help) (d ticket.Duty) {
	for _, h := range all {
		if h.Subtask == 0 {
			d.Helpers = append(d.Helpers, h.Staff)
		} else {
			d.Subtasks = append(d.Subtasks, ticket.Subtask{Number: h.Subtask, To: h.Staff, Status: ticket.SubtaskIsOpen})
		}
	}
	return d
}
