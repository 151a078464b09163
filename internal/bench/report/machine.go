package report

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Machine is what was measured on, as far as the system tells.
type Machine struct {
	Processor string  `json:"processor"`
	Cores     int     `json:"cores"`
	MemoryMB  int     `json:"memory_mb"`
	System    string  `json:"system"`
	Go        string  `json:"go"`
	Load      float64 `json:"load"` // processes that wanted to run in the minute before
}

// ThisMachine looks at the system.
func ThisMachine() Machine {
	m := Machine{
		Processor: fieldOf("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
	}
	if kb, _, _ := strings.Cut(fieldOf("/proc/meminfo", "MemTotal"), " "); kb != "" {
		n, _ := strconv.Atoi(kb) // 0 where it is no number
		m.MemoryMB = n / 1024
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		first, _, _ := strings.Cut(string(load), " ")
		m.Load, _ = strconv.ParseFloat(first, 64)
	}
	return m
}

// fieldOf finds the value of a "name : value" line; "" where there is none.
func fieldOf(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// String tells the machine in a sentence or two.
func (m Machine) String() string {
	text := fmt.Sprintf("%s, %d cores, %d MB, %s, %s; load before the run %.1f.", m.Processor, m.Cores, m.MemoryMB, m.System, m.Go, m.Load)
	if m.Load > float64(m.Cores)/2 {
		text += " The machine had other work: absolute figures are lower than it can, ratios less so."
	}
	return text
}
