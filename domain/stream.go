package domain

import "strings"

// StreamID names one event stream as "<category>-<key>", for example "ticket-7c9e6679-7425-40de-944b-e07fc1f90ae7".
// The category holds no hyphen, so that the text before the first hyphen is the category (EventStoreDB's $by_category).
type StreamID string

// Stream joins a category and a key.
func Stream(category, key string) StreamID { return StreamID(category + "-" + key) }

// Category is the part before the first hyphen; the whole id when there is none.
func (s StreamID) Category() string {
	category, _, _ := strings.Cut(string(s), "-")
	return category
}

// Key is the part after the first hyphen; empty when there is none.
func (s StreamID) Key() string {
	_, key, _ := strings.Cut(string(s), "-")
	return key
}
