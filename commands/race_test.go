//go:build race

package commands_test

// raced tells that the race detector is on.
const raced = true
