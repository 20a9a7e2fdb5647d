//go:build go1.22

package stderrors

import (
	"bufio"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("bufio.ErrAdvanceTooFar", bufio.ErrAdvanceTooFar)
	codec.RegisterSentinel("bufio.ErrBadReadCount", bufio.ErrBadReadCount)
	codec.RegisterSentinel("bufio.ErrBufferFull", bufio.ErrBufferFull)
	codec.RegisterSentinel("bufio.ErrFinalToken", bufio.ErrFinalToken)
	codec.RegisterSentinel("bufio.ErrInvalidUnreadByte", bufio.ErrInvalidUnreadByte)
	codec.RegisterSentinel("bufio.ErrInvalidUnreadRune", bufio.ErrInvalidUnreadRune)
	codec.RegisterSentinel("bufio.ErrNegativeAdvance", bufio.ErrNegativeAdvance)
	codec.RegisterSentinel("bufio.ErrNegativeCount", bufio.ErrNegativeCount)
	codec.RegisterSentinel("bufio.ErrTooLong", bufio.ErrTooLong)
}
