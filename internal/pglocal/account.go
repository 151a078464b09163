package pglocal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
)

// account is whom the server runs as. PostgreSQL refuses to run as root, so
// root hands it to an account with fewer rights.
type account struct {
	name string
	cred *syscall.Credential // nil: as ourselves
}

// accounts root may hand the server to, best first.
var accounts = []string{"postgres", "nobody"}

// ownAccount is for a new cluster.
func ownAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "uid " + strconv.Itoa(os.Geteuid())}, nil
	}
	for _, name := range accounts {
		if u, err := user.Lookup(name); err == nil {
			return accountOf(u)
		}
	}
	return account{}, fmt.Errorf("PostgreSQL does not run as root, and none of the accounts %s exists; run docket as an ordinary user",
		strings.Join(accounts, ", "))
}

func accountOf(u *user.User) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	return account{name: u.Username, cred: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// ownerOf is for an existing cluster: the server insists on owning its data.
func ownerOf(dir string) (account, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return account{}, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return account{}, fmt.Errorf("cannot tell who owns %s", dir)
	}
	me := os.Geteuid()
	switch {
	case me == 0 && st.Uid == 0:
		return account{}, fmt.Errorf("%s belongs to root, whom PostgreSQL does not run as", dir)
	case me == 0:
		return account{name: "uid " + strconv.Itoa(int(st.Uid)), cred: &syscall.Credential{Uid: st.Uid, Gid: st.Gid}}, nil
	case int(st.Uid) != me:
		return account{}, fmt.Errorf("%s belongs to uid %d and we are uid %d; run docket as its owner or as root", dir, st.Uid, me)
	}
	return account{name: "uid " + strconv.Itoa(me)}, nil
}

// command prepares a program that runs as the account, away from our working
// folder (which it may not enter) and from PG… variables meant for others.
func (a account) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = "/"
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") && !strings.HasPrefix(kv, "LC_") && !strings.HasPrefix(kv, "LANG") {
			c.Env = append(c.Env, kv)
		}
	}
	// A session of its own: Ctrl-C at the terminal reaches docket, which then
	// stops the server when it no longer needs it.
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: a.cred}
	return c
}

// own hands a file or folder to the account.
func (a account) own(path string) error {
	if a.cred == nil {
		return nil
	}
	return os.Chown(path, int(a.cred.Uid), int(a.cred.Gid))
}

// reaches asks the system itself rather than guess from permission bits.
func (a account) reaches(ctx context.Context, dir string) (bool, error) {
	if a.cred == nil {
		return true, nil
	}
	err := a.command(ctx, "/bin/sh", "-c", `cd "$1"`, "sh", dir).Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return false, nil
	}
	return err == nil, err
}
