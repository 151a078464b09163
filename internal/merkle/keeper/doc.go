// Package keeper keeps the tree over all events beside the log: it hashes what comes in, notes the hashes in Postgres, signs tree
// heads at intervals and appends them to the log (mission row K2), and answers for proofs. It stands behind the log, never in the
// way of a command. What a leaf, a head and a proof are, package merkle says; reading and appending is the event store's.
package keeper
