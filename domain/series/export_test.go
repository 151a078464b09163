package series

// CheckCharacter is open to the tests of the standard's own examples, which have no hyphens.
var CheckCharacter = checkCharacter

// Alphabet is that of the check characters.
const Alphabet = alphabet
