package ticketpage

// CorrectionOf is correctionOf, for the tests of this package.
var CorrectionOf = correctionOf
