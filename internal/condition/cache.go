package condition

import (
	"sync"

	"docket/domain/form"
)

// Cache keeps compiled conditions, so that an expression of an approved version is compiled once. It is safe for concurrent
// use; the zero value is ready.
type Cache struct {
	mu       sync.Mutex
	programs map[cached]*Program
}

// cached names a condition: the digest of the definition it stands in, and what it says.
type cached struct{ digest, expression string }

// mostCached bounds the memory: once so many are kept, all are given up and compiled anew when they are asked for.
const mostCached = 4_096

// Holds evaluates an expression of a definition that is known by its digest; one that is empty always holds.
func (c *Cache) Holds(digest string, fields []form.Field, expression string, in Input) (bool, error) {
	if expression == "" {
		return true, nil
	}
	program, err := c.program(digest, fields, expression)
	if err != nil {
		return false, err
	}
	return program.Holds(in)
}

func (c *Cache) program(digest string, fields []form.Field, expression string) (*Program, error) {
	key := cached{digest, expression}
	c.mu.Lock()
	program, ok := c.programs[key]
	c.mu.Unlock()
	if ok {
		return program, nil
	}
	language, err := For(fields)
	if err != nil {
		return nil, err
	}
	if program, err = language.Compile(expression); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.programs == nil || len(c.programs) >= mostCached {
		c.programs = map[cached]*Program{}
	}
	c.programs[key] = program
	return program, nil
}
