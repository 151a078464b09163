// Package supervise keeps EventStoreDB's Go client usable for as long as its caller wants. The client (v4.2.0) is dead
// for good once its discovery of a node has failed, may block for ever on a call that races with that moment, leaves
// subscriptions dropped, and leaks a connection on each rediscovery. Here a dead client is replaced ([Client]), every call
// returns when its context ends ([Call], [Retry]), and a catch-up subscription resumes where it was cut ([Dialer.Follow]).
//
// It is not a second client: callers still use the types of package esdb, and nothing here knows what events mean.
package supervise
