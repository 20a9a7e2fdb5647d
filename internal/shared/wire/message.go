//go:build go1.22

package wire

import (
	"encoding/binary"
	"errors"
)

// A Failure is an error value or a panic that crosses.
type Failure struct {
	Type    string // the Go type of the value, as %T prints it
	Message string // the error's text, or the panic's value as text
	Stack   string // of a panic: the plugin's stack trace
}

// ErrDamaged reports a message that is truncated or malformed.
var ErrDamaged = errors.New("message from the other side is damaged")

// AppendFailure appends the encoding of v to b.
func AppendFailure(b []byte, v Failure) []byte {
	b = appendString(b, v.Type)
	b = appendString(b, v.Message)
	return appendString(b, v.Stack)
}

// DecodeFailure decodes what AppendFailure has appended. All of b must be the message.
func DecodeFailure(b []byte) (Failure, error) {
	var v Failure
	for _, s := range []*string{&v.Type, &v.Message, &v.Stack} {
		var err error
		if *s, b, err = cutString(b); err != nil {
			return Failure{}, err
		}
	}
	if len(b) != 0 {
		return Failure{}, ErrDamaged
	}
	return v, nil
}

// A string is encoded as its length, a varint, and its bytes.
func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func cutString(b []byte) (string, []byte, error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return "", nil, ErrDamaged
	}
	b = b[size:]
	return string(b[:n]), b[n:], nil
}

// FitFailure returns the encoding of v in at most n bytes. If it is longer, FitFailure cuts
// the end of the stack, then the end of the message, and at last leaves out everything.
func FitFailure(v Failure, n int) []byte {
	n -= 3 * binary.MaxVarintLen32 // the strings' lengths
	for _, s := range []*string{&v.Type, &v.Message, &v.Stack} {
		if n < 0 {
			return nil
		}
		if len(*s) > n {
			*s = (*s)[:n]
		}
		n -= len(*s)
	}
	return AppendFailure(nil, v)
}
