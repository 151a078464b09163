// Package domain is the kernel that every aggregate shares: who acts and when ([Meta]), how a command decides
// ([Command], [Decider]), how events are named, classed and versioned ([Contract]), what an event looks like once it is
// recorded ([Envelope]) and how a refusal is told ([Error]).
//
// It is pure: no context, no network, no database, no clock, no randomness. Rules of a single aggregate live in its own
// package below this one; names of commands live in package commands; tables live in package projections.
package domain
