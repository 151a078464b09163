package view

import (
	"fmt"
	"slices"
	"strings"

	"docket/domain"
)

// Sort is by what a list is sorted: one to three columns in the words of its address, such as "urgency,-due"; a minus sorts
// downwards. Ties are broken by the ticket's key. Empty: [DefaultSort].
type Sort string

// DefaultSort is by promised date, tickets without one last.
const DefaultSort Sort = "due"

// mostColumns is how many columns a list is sorted by.
const mostColumns = 3

// SortColumns is the closed list of columns that a list may be sorted by.
var SortColumns = []string{
	"due", "registered", "number", "urgency", "changed", "status", "stage", "deadline", "group", "handler", "paused", "offered", "title",
}

// Order is one column of a sort.
type Order struct {
	Column string
	Down   bool
}

// Orders reads the columns; each once, one to three of the closed list.
func (s Sort) Orders() ([]Order, error) {
	if s == "" {
		s = DefaultSort
	}
	var orders []Order
	for part := range strings.SplitSeq(string(s), ",") {
		column, down := strings.CutPrefix(part, "-")
		switch {
		case !slices.Contains(SortColumns, column):
			return nil, fmt.Errorf("%w: nothing is sorted by such a column", domain.ErrInvalid)
		case slices.ContainsFunc(orders, func(o Order) bool { return o.Column == column }):
			return nil, fmt.Errorf("%w: a column is named twice", domain.ErrInvalid)
		}
		orders = append(orders, Order{column, down})
	}
	if len(orders) > mostColumns {
		return nil, fmt.Errorf("%w: more than %d columns", domain.ErrInvalid, mostColumns)
	}
	return orders, nil
}

// Check tells what is wrong with a sort.
func (s Sort) Check(v *domain.Checks, field string) {
	if _, err := s.Orders(); err != nil {
		v.Fail(field, "not_allowed", fmt.Sprintf("must be up to %d of %s, each once, with a minus to sort downwards", mostColumns, strings.Join(SortColumns, ", ")))
	}
}
