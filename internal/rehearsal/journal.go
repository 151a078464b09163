package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"docket/internal/importer"
)

// place is where an event stands.
type place struct {
	Stream   string
	Revision uint64
}

// readJournal gives every acknowledged event by its place. The same command may be acknowledged again by a repeated import,
// and then with the same events; a last line that a kill cut off was never whole, and is left out.
func readJournal(path string) (map[place]importer.Event, tally, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, tally{}, err
	}
	defer func() { _ = file.Close() }() // only read
	acknowledged, commands := map[place]importer.Event{}, map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	torn := false
	for lines.Scan() {
		var e importer.Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			torn = true
			continue
		}
		commands[e.Stream+" "+e.Key] = true
		for _, event := range e.Events {
			at := place{e.Stream, event.Revision}
			if before, ok := acknowledged[at]; ok && before != event {
				return nil, tally{}, fmt.Errorf("two different events were acknowledged at %v: %v and %v", at, before, event)
			}
			acknowledged[at] = event
		}
	}
	if torn {
		fmt.Println("the journal has lines that a kill cut off; what they would have said was never written")
	}
	return acknowledged, tally{commands: len(commands), events: len(acknowledged)}, lines.Err()
}
