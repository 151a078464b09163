package row

import (
	"encoding/binary"
	"fmt"
)

// An array in PostgreSQL's binary format: how many dimensions, whether it holds NULL, the type of its elements; for the one dimension
// its length and lower bound; then each element after its length. An empty one has no dimension.
const (
	int4       = 23 // OID of integer
	arrayHead  = 12
	dimension  = 8
	int4Length = 4
)

func appendIntegers(b []byte, all []int32) []byte {
	dimensions := []uint32{1, 0, int4, uint32(len(all)), 1}
	if len(all) == 0 {
		dimensions = []uint32{0, 0, int4}
	}
	for _, word := range dimensions {
		b = binary.BigEndian.AppendUint32(b, word)
	}
	for _, n := range all {
		b = binary.BigEndian.AppendUint32(b, int4Length)
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return b
}

func integersOf(b []byte) ([]int32, error) {
	if len(b) < arrayHead || binary.BigEndian.Uint32(b[8:]) != int4 {
		return nil, fmt.Errorf("%d bytes for an array of integers", len(b))
	}
	if binary.BigEndian.Uint32(b) == 0 {
		return []int32{}, nil
	}
	elements := b[min(arrayHead+dimension, len(b)):]
	const each = int4Length + int4Length
	if len(elements)%each != 0 {
		return nil, fmt.Errorf("%d bytes for an array of integers", len(b))
	}
	all := make([]int32, len(elements)/each)
	for i := range all {
		all[i] = int32(binary.BigEndian.Uint32(elements[i*each+int4Length:]))
	}
	return all, nil
}
