package importer

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
)

// finished remembers in a file which cases have been carried in wholly, so that a repeated import need not ask the service
// about them again. It only saves time: without the file the keys of the commands see to the same outcome. A nil finished
// remembers nothing.
type finished struct {
	known map[string]bool
	mu    sync.Mutex
	file  *os.File
}

// openFinished reads the cases of an earlier run of the same import. The first line names the import.
func openFinished(path, id string) (*finished, error) {
	if path == "" {
		return nil, nil
	}
	f := &finished{known: map[string]bool{}}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, 1<<20)
	header := "import " + id
	if lines.Scan() && lines.Text() != header {
		return nil, fmt.Errorf("%s belongs to another import; name another file, or remove it", path)
	}
	for lines.Scan() {
		// A line that was cut off by a crash is no quoted text; its case is simply done again.
		if name, err := strconv.Unquote(lines.Text()); err == nil {
			f.known[name] = true
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	f.file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	begin := ""
	switch {
	case len(text) == 0:
		begin = header + "\n"
	case text[len(text)-1] != '\n':
		begin = "\n"
	}
	if _, err := f.file.WriteString(begin); err != nil {
		return nil, errors.Join(err, f.file.Close())
	}
	return f, nil
}

func (f *finished) has(name string) bool { return f != nil && f.known[name] }

func (f *finished) add(name string) error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.file.WriteString(strconv.Quote(name) + "\n")
	return err
}

func (f *finished) close() error {
	if f == nil {
		return nil
	}
	return f.file.Close()
}
