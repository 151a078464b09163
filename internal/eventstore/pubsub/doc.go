// Package pubsub connects Watermill to EventStoreDB: a [Publisher], and subscribers by catch-up ([CatchUp]: every
// subscriber sees everything, in order, from a stored position) and by persistent group ([Group]: subscribers share the
// work, the server keeps their place). One message is one event; a topic is a stream, a link stream such as $ce-<category>,
// or [All].
//
// Delivery is at least once. Connections, clients and subscriptions that die are replaced without the caller's doing.
// The package depends on EventStoreDB's client and on Watermill alone.
package pubsub

// All is the topic of every event of every stream whose name does not begin with $. Nothing can be published to it.
const All = "$all"
