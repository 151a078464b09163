// Command docgen writes the documentation that is derived from the code: docs/generated/authorisation.md, which command
// needs which right and who has it. `make verify` fails when the files in the repository are not what it writes.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"docket/commands"
)

func main() {
	if err := write(filepath.Join("docs", "generated")); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "authorisation.md"), commands.AuthorisationMatrix(), 0o644)
}
