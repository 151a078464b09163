package connector

// Parse is parse, for the tests of this package.
var Parse = parse
