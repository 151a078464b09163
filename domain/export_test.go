package domain

import "reflect"

// Decode reads a part as this program writes it; false leaves it to encoding/json.
func (k Kind) Decode(part []byte, into reflect.Value) bool { return k.decode(part, into) }
