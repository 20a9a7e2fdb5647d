//go:build go1.22

package codec

import (
	"encoding/binary"
	"math"
)

// MaxSmall is how many bytes AppendSmall appends at most.
const MaxSmall = 48

// AppendSmall appends a value of dynamic type in the encoding of PutAny, if the value is of one
// of the most frequent types and short. Otherwise it returns b and false. It needs no Encoder.
func AppendSmall(b []byte, v any) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return append(b, anyNil), true
	case bool:
		if v {
			return append(b, anyBool, 1), true
		}
		return append(b, anyBool, 0), true
	case int:
		return appendWord(b, anyInt, uint64(v)), true
	case int64:
		return appendWord(b, anyInt64, uint64(v)), true
	case uint64:
		return appendWord(b, anyUint64, v), true
	case float64:
		return appendWord(b, anyFloat64, math.Float64bits(v)), true
	case string:
		if len(v) <= MaxSmall-2 {
			return append(append(b, anyString, byte(len(v))), v...), true
		}
	}
	return b, false
}

func appendWord(b []byte, tag byte, v uint64) []byte {
	return binary.LittleEndian.AppendUint64(append(b, tag), v)
}

// TakeSmall takes the value of a message that AppendSmall may have made. It returns false for
// all other messages.
func TakeSmall(b []byte) (v any, ok bool) {
	switch len(b) {
	case 1:
		return nil, b[0] == anyNil
	case 9:
		n := binary.LittleEndian.Uint64(b[1:])
		switch b[0] {
		case anyInt:
			return int(n), true
		case anyInt64:
			return int64(n), true
		case anyUint64:
			return n, true
		case anyFloat64:
			return math.Float64frombits(n), true
		}
	}
	switch {
	case len(b) < 2 || b[1] > MaxSmall-2 || len(b) != 2+int(b[1]) && b[0] == anyString:
	case b[0] == anyString:
		return string(b[2:]), true
	case b[0] == anyBool && len(b) == 2 && b[1] <= 1:
		return b[1] == 1, true
	}
	return nil, false
}
