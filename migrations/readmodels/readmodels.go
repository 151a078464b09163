// Package readmodels holds the SQL of the read models' tables, one file per model. These files are not migrations: a
// changed file means a rebuilt model, so edit them freely and raise the model's version.
package readmodels

import "embed"

//go:embed *.sql
var files embed.FS

// SQL gives the file of a model. It panics on a model without one, since models are declared as package variables.
func SQL(model string) string {
	text, err := files.ReadFile(model + ".sql")
	if err != nil {
		panic("readmodels: " + err.Error())
	}
	return string(text)
}
