package archtest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Other people's packages that have one owner here.
const (
	eventStoreClient = "github.com/EventStore/EventStore-Client-Go"
	postgresDriver   = "github.com/jackc/pgx"
	httpRouter       = "github.com/go-chi/chi"
)

// direction says what packages of a folder must not depend on, and why not.
// Folders are the module's, with everything below them; a reason that nobody
// could state would be no rule.
type direction struct {
	of     string
	except []string
	not    []string
	// direct looks at imports only: where depending by way of another package is the point.
	direct bool
	why    string
}

var directions = []direction{
	{of: "domain", except: []string{"domain/domaintest"}, direct: true,
		not: []string{"context", "net", "database/sql", "os", "io/fs", "math/rand", "crypto/rand", "log", "runtime", "sync"},
		why: "the domain is pure: no waiting, no network, no storage, no chance, no output, so a decision can be repeated and proved"},
	{of: "domain", not: []string{"docket/commands", "docket/projections", "docket/readapi", "docket/internal", "docket/migrations", "docket/cmd"},
		why: "rules know nothing of who applies them"},

	{of: "commands", not: []string{"docket/projections", "docket/readapi"},
		why: "a command decides on its own stream; a read model is always a little behind"},
	{of: "commands", not: []string{eventStoreClient},
		why: "commands append through a port, which tests and other stores can satisfy"},
	{of: "commands", except: []string{"commands/processes"}, not: []string{postgresDriver},
		why: "commands reach no tables; facts come in through lookups"},

	{of: "projections", not: []string{"docket/commands", "docket/readapi"},
		why: "read models are made of events alone, or they could not be rebuilt from them"},
	{of: "projections", not: []string{eventStoreClient, httpRouter},
		why: "a read model gets decoded events and answers functions; wire formats are the edges' business"},
	{of: "projections", not: []string{"docket/internal/vault"},
		why: "what a read model may know reaches it opened or masked; with the vault it could open more"},

	{of: "readapi", not: []string{"docket/commands", eventStoreClient, "docket/internal/eventstore"},
		why: "questions cannot change anything, not even by a detour"},
	{of: "readapi", direct: true, not: []string{postgresDriver, "database/sql"},
		why: "the SQL of a table belongs to the read model that owns the table"},

	{of: "internal/eventstore", not: []string{postgresDriver, httpRouter, "docket/commands", "docket/projections", "docket/readapi"},
		why: "the store's adapter and engine must be usable, and provable, without the rest"},
	{of: "internal/vault", not: []string{eventStoreClient, httpRouter, "docket/commands", "docket/projections", "docket/readapi", "docket/internal/eventstore"},
		why: "keys are kept the same way whatever is sealed"},
	{of: "internal/pglocal", not: []string{"docket/domain", "docket/commands", "docket/projections", "docket/readapi"},
		why: "running a database server has nothing to do with tickets"},
	{of: "internal/telemetry", not: []string{"docket/domain", "docket/commands", "docket/projections", "docket/readapi"},
		why: "packages bring their figures here, not the other way round"},
	{of: "migrations", not: []string{"docket/domain", "docket/commands", "docket/projections", "docket/readapi", "docket/internal"},
		why: "a migration means the same forever, whatever the code becomes"},
}

func TestDependenciesPointTheRightWay(t *testing.T) {
	t.Parallel()
	for _, p := range own(t) {
		for _, d := range directions {
			if !under(p.path(), d.of) || underAny(p.path(), d.except) {
				continue
			}
			deps, verb := p.Deps, "depends on"
			if d.direct {
				deps, verb = p.Imports, "imports"
			}
			for _, dep := range deps {
				if underAny(dep, d.not) {
					t.Errorf("%s %s %s%s:\n\t%s", p.ImportPath, verb, dep, way(tree(t), p, dep), d.why)
				}
			}
		}
	}
}

func TestOnlyTheAdapterImportsTheEventStoreClient(t *testing.T) {
	t.Parallel()
	for _, p := range own(t) {
		for _, dep := range p.Imports {
			if under(dep, eventStoreClient) || strings.HasPrefix(dep, eventStoreClient+"/") {
				require.True(t, under(p.path(), "internal/eventstore"),
					"%s imports %s: one package maps its errors and reconnects, everybody else would do it differently", p.ImportPath, dep)
			}
		}
	}
}

func TestDomainStandsOnTheStandardLibrary(t *testing.T) {
	t.Parallel()
	all := tree(t)
	for _, p := range own(t) {
		if !under(p.path(), "domain") {
			continue
		}
		for _, dep := range p.Deps {
			require.True(t, all[dep].Standard || under(dep, module+"/domain"),
				"%s depends on %s: rules must outlive every library", p.ImportPath, dep)
		}
	}
}

// shared are the domain packages that aggregates have in common.
var shared = []string{"domain", "domain/worktime", "domain/form", "domain/form/fold", "domain/route", "domain/casetype", "domain/edition", "domain/scale", "domain/authz", "domain/domaintest"}

func TestAggregatesDoNotKnowEachOther(t *testing.T) {
	t.Parallel()
	for _, p := range own(t) {
		if !under(p.path(), "domain") || slices.Contains(shared, p.path()) {
			continue
		}
		for _, dep := range p.Deps {
			inside, ok := strings.CutPrefix(dep, module+"/")
			if !ok || under(inside, p.path()) || slices.Contains(shared, inside) {
				continue
			}
			t.Errorf("%s depends on %s: what concerns two aggregates is decided on a guard stream or by a process", p.ImportPath, dep)
		}
	}
}

func TestReadModelsDoNotKnowEachOther(t *testing.T) {
	t.Parallel()
	for _, p := range own(t) {
		model, ok := readModel(p.path())
		if !ok {
			continue
		}
		for _, dep := range p.Deps {
			other, ok := readModel(strings.TrimPrefix(dep, module+"/"))
			if ok && other != model && other != "directory" {
				t.Errorf("%s depends on read model %s: each is dropped and rebuilt on its own; only the directory may be relied on", p.ImportPath, other)
			}
		}
	}
}

// readModel is the model a package belongs to; what read models share lies in
// projections itself and in projections/internal.
func readModel(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "projections/")
	model, _, _ := strings.Cut(rest, "/")
	return model, ok && model != "internal"
}

func TestWatermillAdapterCouldBeReleasedAlone(t *testing.T) {
	t.Parallel()
	const alone = module + "/internal/eventstore/pubsub"
	for _, p := range own(t) {
		if !under(p.ImportPath, alone) {
			continue
		}
		for _, dep := range p.Deps {
			require.False(t, under(dep, module) && !under(dep, alone), "%s depends on %s: it is useful to people who never heard of docket", p.ImportPath, dep)
		}
	}
}

// Test kits must not end up in the program.
func TestProgramHoldsNoTestKits(t *testing.T) {
	t.Parallel()
	kits := []string{"docket/internal/pgtest", "docket/domain/domaintest", "github.com/stretchr/testify", "pgregory.net/rapid", "go.uber.org/goleak"}
	for _, p := range own(t) {
		if !under(p.path(), "cmd") {
			continue
		}
		for _, dep := range p.Deps {
			require.False(t, underAny(dep, kits), "%s holds %s%s", p.ImportPath, dep, way(tree(t), p, dep))
		}
	}
}

// way is the shortest chain of imports that leads there, for the message.
func way(all map[string]pkg, from pkg, to string) string {
	before := map[string]string{from.ImportPath: ""}
	for queue := []string{from.ImportPath}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, next := range all[at].Imports {
			if _, seen := before[next]; seen {
				continue
			}
			before[next] = at
			queue = append(queue, next)
		}
	}
	var chain []string
	for at := to; at != "" && at != from.ImportPath; at = before[at] {
		chain = append([]string{at}, chain...)
	}
	if len(chain) < 2 {
		return ""
	}
	return fmt.Sprintf(" by way of %s", strings.Join(chain[:len(chain)-1], ", "))
}
