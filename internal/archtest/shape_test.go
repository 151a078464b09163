package archtest_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// longest is where a file has more than one job. Most have 80 to 250 lines.
const longest = 600

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// sources calls f for every Go file of the module, tests included.
func sources(t *testing.T, f func(name string, text []byte)) {
	t.Helper()
	for _, p := range own(t) {
		names, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		require.NoError(t, err)
		for _, name := range names {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			f(path.Join(p.ImportPath, filepath.Base(name)), text)
		}
	}
}

func TestFilesStayReadable(t *testing.T) {
	t.Parallel()
	sources(t, func(name string, text []byte) {
		lines := bytes.Count(text, []byte("\n"))
		require.True(t, lines <= longest || generated.Match(text), "%s has %d lines, more than %d: split it by job", name, lines, longest)
	})
}

// unfinished is spelled apart, or this file would be found.
var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

func TestNothingIsMarkedUnfinished(t *testing.T) {
	t.Parallel()
	sources(t, func(name string, text []byte) {
		require.NotRegexp(t, unfinished, string(text), name)
	})
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	const shortest = 40
	for _, p := range own(t) {
		if len(p.GoFiles) == 0 {
			continue // tests alone
		}
		var docs []string
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			require.NoError(t, err)
			if f.Doc != nil {
				docs = append(docs, f.Doc.Text())
			}
		}
		require.Len(t, docs, 1, "%s needs exactly one package comment", p.ImportPath)
		require.GreaterOrEqual(t, len(docs[0]), shortest, "%s: %q tells nothing", p.ImportPath, docs[0])
	}
}

// patterns and drawers that things are thrown into are no names for packages.
var nameless = []string{
	"base", "common", "dto", "dtos", "entities", "handlers", "helper", "helpers", "impl", "interfaces", "lib",
	"manager", "mappers", "misc", "model", "models", "pkg", "service", "services", "shared", "types", "util", "utils",
}

func TestPackagesAreNamedAfterWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	for _, p := range own(t) {
		for _, part := range strings.Split(p.path(), "/") {
			require.NotContains(t, nameless, part, p.ImportPath)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	t.Parallel()
	for _, p := range own(t) {
		for _, name := range p.GoFiles {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			require.NoError(t, err)
			for _, d := range f.Decls {
				for _, bare := range undocumented(d) {
					t.Errorf("%s/%s: %s has no comment", p.ImportPath, name, bare)
				}
			}
		}
	}
}

// undocumented lists the exported names of a declaration that no comment
// covers; one on a group covers its members.
func undocumented(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		// What String and Error of a type say, the type's own comment tells.
		wellKnown := d.Recv != nil && (d.Name.Name == "String" || d.Name.Name == "Error")
		if d.Doc == nil && d.Name.IsExported() && !wellKnown && (d.Recv == nil || exportedReceiver(d.Recv)) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}

// exportedReceiver skips methods of unexported types, which nobody outside reads.
func exportedReceiver(recv *ast.FieldList) bool {
	t := recv.List[0].Type
	for {
		switch u := t.(type) {
		case *ast.StarExpr:
			t = u.X
		case *ast.IndexExpr:
			t = u.X
		case *ast.IndexListExpr:
			t = u.X
		case *ast.Ident:
			return u.IsExported()
		default:
			return false
		}
	}
}
