package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Settings are the flags every command shares, each with an environment twin.
type Settings struct {
	Data       string `help:"Folder of the embedded parts." default:"./data" env:"DOCKET_DATA" type:"path"`
	EventStore string `name:"eventstore" help:"EventStoreDB to use instead of the embedded one (esdb://…)." env:"DOCKET_EVENTSTORE"`
	Postgres   string `help:"Postgres to use instead of the private one (postgres://…)." env:"DOCKET_POSTGRES"`
	MasterKey  string `help:"File of the master key (default: master.key in the data folder)." env:"DOCKET_MASTER_KEY" type:"path"`

	KeyService      string `help:"Transit engine that holds the master key instead of the file (https://…/v1/transit)." env:"DOCKET_KEY_SERVICE"`
	KeyServiceKey   string `help:"Name of the master key there." default:"docket" env:"DOCKET_KEY_SERVICE_KEY"`
	KeyServiceToken string `help:"File with the token for it." env:"DOCKET_KEY_SERVICE_TOKEN" type:"path"`

	Attachments string `help:"Folder or bucket (s3://…) of attached files (default: attachments in the data folder)." env:"DOCKET_ATTACHMENTS"`
	MaxFile     int64  `help:"Largest file that is taken, in bytes." default:"20971520" env:"DOCKET_MAX_FILE"`
	Clamd       string `help:"ClamAV daemon that scans files (tcp://host:3310 or unix:///path); none: files are recorded as not scanned." env:"DOCKET_CLAMD"`

	Mail string `help:"Mail server for notices to customers: smtp://user:password@host:port?from=office@example.org." env:"DOCKET_MAIL"`
	SMS  string `help:"Gateway for text messages to customers: https://gateway/path?secret=…" env:"DOCKET_SMS"`

	NoticeLanguage string `help:"Language of notices to customers that follow from acts, where the ticket tells of no other: zh-Hant, zh-Hans or en." default:"zh-Hant" enum:"zh-Hant,zh-Hans,en" env:"DOCKET_NOTICE_LANGUAGE"`

	MailIntake `embed:""`
	TreeHeads  `embed:""`

	AlertRefusals int           `help:"How many refused reads of one account within the window raise an alert; 0: none." default:"10" env:"DOCKET_ALERT_REFUSALS"`
	AlertWindow   time.Duration `help:"The window." default:"10m" env:"DOCKET_ALERT_WINDOW"`

	ReviewMonths int `help:"After how many months without change a customer's file is to be looked through, of changes from then on; 0: never." default:"12" env:"DOCKET_REVIEW_MONTHS"`

	RebuildAnyway bool `help:"Build read models of a long log even where the disk seems too small for it." env:"DOCKET_REBUILD_ANYWAY"`

	Zone     string `help:"The organisation's time zone." default:"Asia/Shanghai" env:"DOCKET_ZONE"`
	LogLevel string `help:"Least level that is logged." default:"info" enum:"debug,info,warn,error" env:"DOCKET_LOG_LEVEL"`

	disk vfs.FS `kong:"-"` // under the embedded event store; nil but in tests
}

func (s *Settings) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("--zone: %w", err)
	}
	return zone, nil
}

func (s *Settings) masterKey() string {
	if s.MasterKey != "" {
		return s.MasterKey
	}
	return filepath.Join(s.Data, "master.key")
}

func (s *Settings) logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // kong has checked it
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// running is what a serving process tells the tools beside it: where its parts can be reached.
type running struct {
	PID        int    `json:"pid"`
	URL        string `json:"url"`
	EventStore string `json:"eventstore"`
	Postgres   string `json:"postgres"`
}

func runningFile(data string) string { return filepath.Join(data, "running.json") }

// announce writes the file; withdraw removes it.
func (r running) announce(data string) error {
	encoded, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	return writePrivately(runningFile(data), encoded)
}

func withdraw(data string) { _ = os.Remove(runningFile(data)) }

// findRunning reads what a live serving process announced; false when there is none.
func findRunning(data string) (running, bool) {
	encoded, err := os.ReadFile(runningFile(data))
	if err != nil {
		return running{}, false
	}
	var r running
	if json.Unmarshal(encoded, &r) != nil || r.PID <= 0 || syscall.Kill(r.PID, 0) != nil {
		return running{}, false
	}
	return r, true
}

// writePrivately replaces a file that only its owner may read, whole or not at all.
func writePrivately(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	next := path + ".new"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
