//nolint:revive // the names are those that the client's test files use
package esdb_test

// The client's own test files are mapped next to this one by a build overlay
// (see the program one folder up); without it the package has no tests. This
// file takes the place of the one that starts docker containers: it starts an
// embedded engine for every database instead, and prepares the folders that the
// tests open as ../certs and ../resources.

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"docket/internal/eventstore/embedded"
	"docket/internal/eventstore/embedded/conformance/fixture"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

var nodeCertificate tls.Certificate

func TestMain(m *testing.M) {
	code, err := inWorkspace(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// inWorkspace runs the tests in a folder beside the certificates and the
// client's resources, whose place the variable CONFORMANCE_RESOURCES tells.
func inWorkspace(m *testing.M) (int, error) {
	resources := os.Getenv("CONFORMANCE_RESOURCES")
	if resources == "" {
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if nodeCertificate, err = fixture.Certificates(filepath.Join(dir, "certs")); err != nil {
		return 0, err
	}
	if err := os.Symlink(resources, filepath.Join(dir, "resources")); err != nil {
		return 0, err
	}
	if err := os.Mkdir(filepath.Join(dir, "esdb"), 0o750); err != nil {
		return 0, err
	}
	if err := os.Chdir(filepath.Join(dir, "esdb")); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// names gives a new name every time.
type names struct{ n atomic.Int64 }

func (n *names) Generate() string { return "name-" + strconv.FormatInt(n.n.Add(1), 10) }

// NAME_GENERATOR names streams and groups.
var NAME_GENERATOR = &names{}

// Container is a running engine.
type Container struct {
	Endpoint string
	server   *embedded.Server
}

// Close stops the engine.
func (c *Container) Close() {
	if err := c.server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "close the engine:", err)
	}
}

// GetEnvOrDefault reads a variable.
func GetEnvOrDefault(key, otherwise string) string {
	if v, ok := os.LookupEnv(key); ok {
		return v
	}
	return otherwise
}

func insecure() bool { return GetEnvOrDefault("EVENTSTORE_INSECURE", "true") == "true" }

// IsESDBVersion20 tells of servers much older than the protocol served here.
func IsESDBVersion20() bool { return false }

// GetClient connects to an engine in the mode of this run.
func GetClient(t *testing.T, c *Container) *esdb.Client {
	if insecure() {
		return CreateClient("esdb://"+c.Endpoint+"?tls=false", t)
	}
	return CreateClient("esdb://admin:changeit@"+c.Endpoint+"?tls=true&tlsverifycert=false", t)
}

// CreateClient connects by a connection string.
func CreateClient(s string, t *testing.T) *esdb.Client {
	t.Helper()
	conf, err := esdb.ParseConnectionString(s)
	if err != nil {
		t.Fatal(err)
	}
	c, err := esdb.NewClient(conf)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// CreateEmptyDatabase starts an engine of its own, with the system's events only.
func CreateEmptyDatabase(t *testing.T) (*Container, *esdb.Client) {
	return startEngine(t, embedded.Options{Dir: t.TempDir(), AdminPassword: "changeit", OpsPassword: "changeit"})
}

// CreatePopulatedDatabase starts one with the reconstructed test data.
func CreatePopulatedDatabase(t *testing.T) (*Container, *esdb.Client) {
	events, err := fixture.Populated("../resources/test")
	if err != nil {
		t.Fatal(err)
	}
	return startEngine(t, embedded.Options{Dir: t.TempDir(), Fill: events})
}

func startEngine(t *testing.T, o embedded.Options) (*Container, *esdb.Client) {
	t.Helper()
	if !insecure() {
		o.TLS = &tls.Config{Certificates: []tls.Certificate{nodeCertificate}, MinVersion: tls.VersionTLS12}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := embedded.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	c := &Container{Endpoint: s.Addr(), server: s}
	client := GetClient(t, c)
	WaitForAdminToBeAvailable(t, client)
	return c, client
}

// WaitForAdminToBeAvailable reads the list of accounts. An engine that has
// started serves it at once, so there is nothing to wait for.
func WaitForAdminToBeAvailable(t *testing.T, db *esdb.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	stream, err := db.ReadStream(ctx, "$users", esdb.ReadStreamOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
}

// WaitForLeaderToBeElected is for clusters; here the one node leads.
func WaitForLeaderToBeElected(*testing.T, *esdb.Client) {}
