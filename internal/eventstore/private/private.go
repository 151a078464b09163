// Package private runs the embedded event store for one service alone: it listens on the loopback interface, over TLS, and
// answers nobody who cannot read a file that only the owner of the data folder can. An event store that others are to reach is
// not its business; that is one started by itself, with a certificate of the operator's.
package private

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"docket/internal/eventstore/embedded"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Files in the data folder, beside the log's own folder.
const (
	logFolder       = "events"
	passwordFile    = "eventstore.password" // of the account that the service uses
	certificateFile = "eventstore.pem"      // of the engine that runs now, public
)

// account may read $all, which a service has to; the protocol gives that to administrators alone.
const account = "admin"

// Options say where the log is. Data is required.
type Options struct {
	Data   string       // the service's data folder
	Logger *slog.Logger // nil discards
	FS     vfs.FS       // replaces the file system under the log, for fault injection
}

// Engine is a running private engine.
type Engine struct {
	*embedded.Server
	uri string
}

// Start opens the log in a data folder and serves it. The password is made up when there is none yet, whatever the log may say
// of the account: who can write the folder owns the log. The certificate's key never leaves the process, so that each start
// makes a new pair.
func Start(ctx context.Context, o Options) (*Engine, error) {
	data, err := filepath.Abs(o.Data) // the address is for processes in other folders too
	if err != nil {
		return nil, fmt.Errorf("event store: %w", err)
	}
	dir := filepath.Join(data, logFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("event store: %w", err)
	}
	password, err := password(filepath.Join(data, passwordFile))
	if err != nil {
		return nil, fmt.Errorf("event store: %w", err)
	}
	pair, pem, err := newCertificate()
	if err != nil {
		return nil, fmt.Errorf("event store: certificate: %w", err)
	}
	server, err := embedded.Start(ctx, embedded.Options{
		Dir: dir, Logger: o.Logger, FS: o.FS, AdminPassword: password,
		TLS: &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13},
	})
	if err != nil {
		return nil, err
	}
	// Only now, with the folder locked: another engine in it goes by the file that is there.
	file := filepath.Join(data, certificateFile)
	if err := replace(file, pem); err != nil {
		return nil, errors.Join(fmt.Errorf("event store: certificate: %w", err), server.Close())
	}
	return &Engine{server, address(server.Addr(), password, file)}, nil
}

// URI is the connection string with everything that a client needs, the password too: it is as secret as that.
func (e *Engine) URI() string { return e.uri }

func address(host, password, certificate string) string {
	u := url.URL{
		Scheme: "esdb", User: url.UserPassword(account, password), Host: host,
		RawQuery: url.Values{"tls": {"true"}, "tlsCaFile": {certificate}}.Encode(),
	}
	return u.String()
}

// password reads the password, or makes it up and keeps it. It is kept before the engine gets it, so that none is ever lost.
func password(file string) (string, error) {
	kept, err := os.ReadFile(file)
	if err == nil {
		if p := strings.TrimSpace(string(kept)); p != "" {
			return p, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	p := rand.Text()
	return p, replace(file, []byte(p+"\n"))
}

// replace writes a file that only its owner may read, whole or not at all, and lasting.
func replace(file string, content []byte) error {
	next, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = next.Write(content)
	if err = errors.Join(err, next.Sync(), next.Close()); err == nil {
		err = os.Rename(next.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	return nil
}
