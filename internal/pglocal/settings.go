package pglocal

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// defaults suit one service on a small machine that loads in bulk and answers
// many short queries. Everything not named keeps PostgreSQL's own default,
// fsync and synchronous_commit among them.
func defaults() map[string]string {
	return map[string]string{
		"listen_addresses":        "",
		"unix_socket_permissions": "0700",
		"max_connections":         "100",

		"shared_buffers":       buffers(memory()),
		"work_mem":             "16MB",
		"maintenance_work_mem": sorting(memory()),
		"autovacuum_work_mem":  "128MB",
		"effective_cache_size": "1GB",
		"random_page_cost":     "1.1",
		// Compiling a plan costs more than any query of ours takes.
		"jit": "off",

		// Nobody streams from a private server, so COPY into a table made in the
		// same transaction may skip the log: that is how read models are rebuilt.
		"wal_level":       "minimal",
		"max_wal_senders": "0",
		"wal_buffers":     "16MB",
		"min_wal_size":    "128MB",
		"max_wal_size":    "1GB",

		"timezone":     "UTC",
		"log_timezone": "UTC",
		"lc_messages":  "C",
		// Error texts and details quote column values, which may be personal
		// data; the client that caused them gets them anyway.
		"log_line_prefix":         "",
		"log_min_messages":        "log",
		"log_min_error_statement": "panic",
		"log_error_verbosity":     "terse",
	}
}

// buffers are a twenty-fourth of the machine's memory, at least PostgreSQL's own default and at most a gigabyte: figures of a
// month are read from far more pages than that default holds, and each page that is not there costs a call of the system.
func buffers(memory int64) string {
	const least, most = 128 << 20, 1 << 30
	return strconv.FormatInt(min(max(memory/24, least), most)>>20, 10) + "MB"
}

// sorting is what making one index may take, a sixty-fourth of the machine's memory, 128 MB to half a gigabyte: what does not fit is
// sorted on disk, and the index of a long log's words is made in several goes. A rebuild makes as many at once as there are read models.
func sorting(memory int64) string {
	const least, most = 128 << 20, 512 << 20
	return strconv.FormatInt(min(max(memory/64, least), most)>>20, 10) + "MB"
}

// memory is the machine's, in bytes; 0 where that is not told.
func memory() int64 {
	told, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	var kilobytes int64
	if _, err := fmt.Sscanf(string(told), "MemTotal: %d kB", &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}

// unsafe turns off what makes a commit survive the machine, and the
// housekeeping a database that lives for seconds never needs.
func unsafe() map[string]string {
	return map[string]string{
		"fsync":              "off",
		"full_page_writes":   "off",
		"synchronous_commit": "off",
		"autovacuum":         "off",
		"max_connections":    "500",
		"max_wal_size":       "4GB",
		"checkpoint_timeout": "1h",
	}
}

// ours are the parameters that Start depends on or that keep commits durable.
var ours = []string{
	"fsync", "full_page_writes", "listen_addresses", "port",
	"unix_socket_directories", "unix_socket_permissions", "data_directory",
}

func (o Options) settings() (map[string]string, error) {
	for name := range o.Settings {
		if slices.Contains(ours, strings.ToLower(name)) {
			return nil, fmt.Errorf("private PostgreSQL: setting %q is not open to change", name)
		}
	}
	all := defaults()
	if o.Throwaway {
		maps.Copy(all, unsafe())
	}
	maps.Copy(all, o.Settings)
	return all, nil
}
