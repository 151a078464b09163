package domaintest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"docket/domain"
)

// Complete proves that the cases leave nothing of the package in the working folder out: every command is allowed in one
// and refused in another, and every refusal the package declares is expected by some case.
func Complete(t *testing.T, all ...Cases) {
	t.Helper()
	allowed, refused, rules := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, cases := range all {
		for _, c := range cases {
			rules[c.rule] = true
			allowed[c.command] = allowed[c.command] || c.rule == ""
			refused[c.command] = refused[c.command] || c.rule != ""
		}
	}
	source := parse(t)
	for _, command := range source.receivers("Decide") {
		if !allowed[command] {
			t.Errorf("no case allows %s", command)
		}
		if !refused[command] {
			t.Errorf("no case refuses %s", command)
		}
	}
	for _, rule := range source.refusals() {
		if !rules[rule] {
			t.Errorf("no case is refused by %s", rule)
		}
	}
}

// Sealed proves that every type of the sealed interface Event of the package in the working folder is in the contract and
// handled by evolve, or by a method after… that evolve leaves a family of events to, and that the contract holds nothing
// else.
func Sealed[S, E any](t *testing.T, d domain.Decider[S, E]) {
	t.Helper()
	marker := reflect.TypeFor[E]().Method(0).Name
	source := parse(t)
	var contract []string
	for _, kind := range d.Events {
		contract = append(contract, kind.Type.Name())
	}
	slices.Sort(contract)
	if events := source.receivers(marker); !slices.Equal(contract, events) {
		t.Errorf("contract holds\n%v\nevents are\n%v", contract, events)
	}
	folded := slices.DeleteFunc(source.switched(), func(name string) bool { return !slices.Contains(contract, name) })
	if len(folded) > 0 && !slices.Equal(contract, folded) {
		t.Errorf("contract holds\n%v\nevolve looks at\n%v", contract, folded)
	}
}

type files []*ast.File

// parse reads the package in the working folder without its tests.
func parse(t *testing.T) files {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var fs files
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, f)
	}
	return fs
}

// receivers lists the types that have a method of this name, sorted.
func (fs files) receivers(method string) []string {
	var names []string
	fs.visit(func(n ast.Node) {
		if f, ok := n.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == method {
			if name, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
				names = append(names, name.Name)
			}
		}
	})
	slices.Sort(names)
	return names
}

// switched lists what the cases of evolve and of the methods after… look at, sorted.
func (fs files) switched() []string {
	var names []string
	fs.visit(func(n ast.Node) {
		f, ok := n.(*ast.FuncDecl)
		if !ok || f.Name.Name != "evolve" && (f.Recv == nil || !strings.HasPrefix(f.Name.Name, "after")) {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if clause, ok := n.(*ast.CaseClause); ok {
				for _, e := range clause.List {
					if name, ok := e.(*ast.Ident); ok {
						names = append(names, name.Name)
					}
				}
			}
			return true
		})
	})
	slices.Sort(names)
	return names
}

// refusals lists the slugs that the package gives to domain.Refusal.
func (fs files) refusals() []string {
	var rules []string
	fs.visit(func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 3 {
			return
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Refusal" {
			if literal, ok := call.Args[1].(*ast.BasicLit); ok {
				rule, _ := strconv.Unquote(literal.Value)
				rules = append(rules, rule)
			}
		}
	})
	return rules
}

func (fs files) visit(f func(ast.Node)) {
	for _, file := range fs {
		ast.Inspect(file, func(n ast.Node) bool {
			f(n)
			return true
		})
	}
}
