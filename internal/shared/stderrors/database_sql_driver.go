//go:build go1.22

package stderrors

import (
	"database/sql/driver"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("database/sql/driver.ErrBadConn", driver.ErrBadConn)
	codec.RegisterSentinel("database/sql/driver.ErrRemoveArgument", driver.ErrRemoveArgument)
	codec.RegisterSentinel("database/sql/driver.ErrSkip", driver.ErrSkip)
}
