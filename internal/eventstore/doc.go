// Package eventstore is the only door to EventStoreDB: it appends and loads the streams of aggregates, follows the whole
// log for projections, and turns the client's errors into the few that the rest of the program acts on.
//
// Payloads are kept by field class (see package domain): skeleton fields stand plain in the event's JSON, content and
// marked fields in sealed boxes whose keys a [Keyring] holds, so that destroying a key destroys what it sealed. The
// package knows no aggregate, no read model and no cipher. The embedded engine lies in package embedded, an adapter for
// Watermill that needs nothing of this program in package pubsub.
package eventstore
