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
	Stack   string // of a panic: the stack trace
	Value   string // of a panic in the host: the encoding of the value, as in an any; of one in the plugin: that of the error. "" if it does not cross

	// Number is the plugin's number for a value with which it has panicked. It is 0 if the plugin
	// does not keep the value, and comes back if the host panics with the error that it got.
	Number uint64
}

// ErrDamaged reports a message that is truncated or malformed.
var ErrDamaged = errors.New("message from the other side is damaged")

// AppendFailure appends the encoding of v to b.
func AppendFailure(b []byte, v Failure) []byte {
	b = appendString(b, v.Type)
	b = appendString(b, v.Message)
	b = appendString(b, v.Stack)
	b = appendString(b, v.Value)
	return binary.AppendUvarint(b, v.Number)
}

// DecodeFailure decodes what AppendFailure has appended. All of b must be the message.
func DecodeFailure(b []byte) (Failure, error) {
	var v Failure
	for _, s := range []*string{&v.Type, &v.Message, &v.Stack, &v.Value} {
		var err error
		if *s, b, err = cutString(b); err != nil {
			return Failure{}, err
		}
	}
	var size int
	if v.Number, size = binary.Uvarint(b); size <= 0 || size != len(b) {
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

// FitFailure returns the encoding of v in at most n bytes. If it is longer, FitFailure leaves out
// the value, then it cuts the end of the stack, then the end of the message, and at last leaves out
// everything.
func FitFailure(v Failure, n int) []byte {
	n -= 3*binary.MaxVarintLen32 + 1 + len(binary.AppendUvarint(nil, v.Number)) // the strings' lengths, without a value
	if size := len(v.Type) + len(v.Message) + len(v.Stack) + len(v.Value); size > n-(binary.MaxVarintLen32-1) {
		v.Value = ""
	}
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
