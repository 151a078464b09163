// Package group serves persistent subscriptions: named groups of consumers that
// share one stream, or the whole log, and acknowledge event by event. The group
// keeps its position; delivery is at least once, and in order only as long as
// nothing has to be delivered again.
//
// The state of a group ([state]) is a plain machine without input or output:
// time, events and acknowledgements go in, deliveries come out. Around it, a
// [Group] reads the log and writes checkpoints and parked events.
package group

import (
	"fmt"
	"time"

	"docket/internal/eventstore/embedded/filter"
)

// All is the name under which the whole log is a source.
const All = "$all"

// Key names a group.
type Key struct {
	Stream string // or All
	Group  string
}

func (k Key) String() string { return k.Stream + "::" + k.Group }

func (k Key) checkpointStream() string {
	return "$persistentsubscription-" + k.String() + "-checkpoint"
}
func (k Key) parkedStream() string { return "$persistentsubscription-" + k.String() + "-parked" }

// Strategy is how events are shared out among consumers.
type Strategy string

// Strategies of the protocol.
const (
	RoundRobin          Strategy = "RoundRobin"
	DispatchToSingle    Strategy = "DispatchToSingle"
	Pinned              Strategy = "Pinned"
	PinnedByCorrelation Strategy = "PinnedByCorrelation"
)

// Start is where a group without a checkpoint begins: at the event that stands
// at At or after it. End is remembered to be shown; At is fixed when the group
// is made, so that nothing is lost if the engine restarts before a checkpoint.
type Start struct {
	At  uint64 `json:"at"` // revision, or position in the whole log
	End bool   `json:"end,omitempty"`
}

// Settings of a group.
type Settings struct {
	Start           Start         `json:"start"`
	Filter          *filter.Spec  `json:"filter,omitempty"` // whole log only
	ResolveLinks    bool          `json:"resolveLinks,omitempty"`
	ExtraStatistics bool          `json:"extraStatistics,omitempty"`
	MessageTimeout  time.Duration `json:"messageTimeout"`
	MaxRetries      int           `json:"maxRetries"`
	CheckpointAfter time.Duration `json:"checkpointAfter"` // 0: never for reasons of time
	MinCheckpoint   int           `json:"minCheckpoint"`
	MaxCheckpoint   int           `json:"maxCheckpoint"`
	MaxConsumers    int           `json:"maxConsumers,omitempty"` // 0: any number
	LiveBuffer      int           `json:"liveBuffer"`
	ReadBatch       int           `json:"readBatch"`
	HistoryBuffer   int           `json:"historyBuffer"`
	Strategy        Strategy      `json:"strategy"`
}

// validate gives the reason for which settings cannot be, "" if they can.
func (s Settings) validate() string {
	switch s.Strategy {
	case RoundRobin, DispatchToSingle, Pinned, PinnedByCorrelation:
	default:
		return fmt.Sprintf("Consumer strategy %s does not exist.", s.Strategy)
	}
	if s.ReadBatch < 1 || s.HistoryBuffer < 1 {
		return "The read batch size and the history buffer size must be positive."
	}
	if s.ReadBatch >= s.HistoryBuffer {
		return "The read batch size must be smaller than the history buffer size."
	}
	if s.MessageTimeout < 0 || s.CheckpointAfter < 0 || s.MaxRetries < 0 || s.MaxConsumers < 0 {
		return "Settings must not be negative."
	}
	if s.Filter != nil {
		if _, err := filter.New(*s.Filter); err != nil {
			return err.Error()
		}
	}
	return ""
}
