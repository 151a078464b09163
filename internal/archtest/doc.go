// Package archtest holds the tests of docket's shape: which package may depend
// on which, that each one says what it is for, and that none grows past
// reading. It has no code of its own.
//
// The linter's depguard looks at single import lines while one types; these
// tests look at whole dependency trees, so a detour through a third package is
// found too. A rule that stands in the way is changed here and in an ADR,
// never worked around.
package archtest
