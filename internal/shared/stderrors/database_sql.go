//go:build go1.22

package stderrors

import (
	"database/sql"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("database/sql.ErrConnDone", sql.ErrConnDone)
	codec.RegisterSentinel("database/sql.ErrNoRows", sql.ErrNoRows)
	codec.RegisterSentinel("database/sql.ErrTxDone", sql.ErrTxDone)
}
