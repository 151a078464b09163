package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// PeakMB is the most memory the process itself has had resident, in MB; its Postgres is not counted. It fails where the
// system does not tell.
func (p *Process) PeakMB() (float64, error) { return p.memory("VmHWM:") }

// ResidentMB is the memory it has resident now.
func (p *Process) ResidentMB() (float64, error) { return p.memory("VmRSS:") }

func (p *Process) memory(field string) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("resident memory: %w", err)
	}
	_, rest, _ := strings.Cut(string(status), field)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("resident memory: no %s", field)
	}
	kb, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return 0, fmt.Errorf("resident memory: %w", err)
	}
	return kb / 1024, nil
}
