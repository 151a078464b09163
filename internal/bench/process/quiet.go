package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// errBusy: what is measured beside work that was left over says nothing.
var errBusy = errors.New("the process does not come to rest")

const (
	quietSpan  = time.Second     // looked at in one piece
	quietTicks = 3               // of the processor (10 ms each) that still count as rest
	quietLimit = 5 * time.Minute // for all of it
)

// Settle waits until the process has worked off what it does behind its answers, such as compactions: until it leaves the
// processor alone for a second.
func (p *Process) Settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, quietLimit)
	defer cancel()
	look := time.NewTicker(quietSpan)
	defer look.Stop()
	for before := int64(-quietTicks - 1); ; {
		now, err := p.ticks()
		if err != nil {
			return err
		}
		if before >= 0 && now-before <= quietTicks {
			return nil
		}
		before = now
		select {
		case <-look.C:
		case <-ctx.Done():
			return errors.Join(errBusy, ctx.Err())
		}
	}
}

// ticks is the processor time that the process has used, user and system.
func (p *Process) ticks() (int64, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("processor time: %w", err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name before may have spaces
	fields := strings.Fields(rest)
	const user, system = 11, 12 // counted from the state, the first behind the name
	if len(fields) <= system {
		return 0, errors.New("processor time: too few fields")
	}
	u, errU := strconv.ParseInt(fields[user], 10, 64)
	s, errS := strconv.ParseInt(fields[system], 10, 64)
	return u + s, errors.Join(errU, errS)
}
