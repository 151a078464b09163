package closing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"docket/domain/scale"
)

// Statement is the figures of a month and everything that fixes them (kpis §1.1). It marshals canonically: the same figures
// always give the same JSON.
type Statement struct {
	Unit        string       `json:"unit,omitempty"` // empty: the whole organisation
	Month       string       `json:"month"`          // such as 2026-03
	Zone        string       `json:"zone"`
	From        time.Time    `json:"from"`     // midnight that the month begins with
	To          time.Time    `json:"to"`       // and the one it ends with
	Position    uint64       `json:"position"` // events up to here are taken into account
	AsOf        time.Time    `json:"as_of"`    // deadlines before it had passed
	Definitions []Definition `json:"definitions"`
	Calendars   []Edition    `json:"calendars"`
	Figures     []Figure     `json:"figures"`

	Scorecard *Scorecard `json:"scorecard,omitempty"` // nil: no scales were in force for the month
	Sheets    []Sheet    `json:"sheets,omitempty"`
}

// Scorecard names the scales that a month is scored by, and holds them, so that a sheet explains itself.
type Scorecard struct {
	Unit    string     `json:"unit,omitempty"` // whose card it is; empty: the whole organisation's
	Version int        `json:"version"`
	Digest  string     `json:"digest"`
	Card    scale.Card `json:"card"`
}

// Sheet is the month of a person, a group or a unit on the card (kpis #27).
type Sheet struct {
	By     string       `json:"by"`
	Key    string       `json:"key"`
	Score  int          `json:"score"`          // hundredths of a point
	Scored bool         `json:"scored"`         // false: nothing on the card has data
	Days   int64        `json:"days,omitempty"` // of work for which a person was there, in hundredths
	Lines  []scale.Line `json:"lines"`
}

// Definition is the version of a figure's definition.
type Definition struct {
	KPI     string `json:"kpi"`
	Version int    `json:"version"`
}

// Edition is the newest version of a calendar at the freezing.
type Edition struct {
	Calendar string `json:"calendar"`
	Version  int    `json:"version"`
}

// Figure is one figure told apart by one dimension; by an empty one it is told of everything at once.
type Figure struct {
	KPI  string `json:"kpi"`
	By   string `json:"by,omitempty"`
	Rows []Row  `json:"rows"`
}

// Row is the value of one part of a figure for one value of its dimension, as integers (kpis §1.11).
type Row struct {
	Key          string  `json:"key,omitempty"`
	Part         string  `json:"part,omitempty"`
	Numerator    int64   `json:"numerator"`
	Denominator  int64   `json:"denominator,omitempty"`
	Value        string  `json:"value,omitempty"`
	Spread       *Spread `json:"spread,omitempty"`
	Provisional  int64   `json:"provisional,omitempty"`
	Undetermined int64   `json:"undetermined,omitempty"`
	Hidden       bool    `json:"hidden,omitempty"`
}

// Spread is how single values lie, by nearest rank (kpis §1.13).
type Spread struct {
	N   int64  `json:"n"`
	P50 Ranked `json:"p50"`
	P75 Ranked `json:"p75"`
	P90 Ranked `json:"p90"`
	P95 Ranked `json:"p95"`
}

// Ranked is a value with a ticket that has it.
type Ranked struct {
	MS     int64  `json:"ms"`
	Ticket string `json:"ticket"`
}

// Cell names one row of a statement.
type Cell struct {
	KPI  string `json:"kpi"`
	By   string `json:"by,omitempty"`
	Key  string `json:"key,omitempty"`
	Part string `json:"part,omitempty"`
}

// Find gives the row of a cell.
func (s Statement) Find(c Cell) (Row, bool) {
	for _, f := range s.Figures {
		if f.KPI != c.KPI || f.By != c.By {
			continue
		}
		if i := slices.IndexFunc(f.Rows, func(r Row) bool { return r.Key == c.Key && r.Part == c.Part }); i >= 0 {
			return f.Rows[i], true
		}
	}
	return Row{}, false
}

// Digest is the SHA-256 of the canonical JSON in hexadecimal, and how long that JSON is.
func (s Statement) Digest() (digest string, size int, err error) {
	text, err := json.Marshal(s)
	if err != nil {
		return "", 0, err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), len(text), nil
}
