//go:build go1.22

// Package sqlvalue sends driver.Value, which the method of a driver.Valuer returns: see package
// codec. It is a part of plugins that are built with database/sql/driver, even if nothing that
// they export mentions it.
package sqlvalue

import (
	"database/sql/driver"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// A value is the surrogate of a driver.Value.
type value struct{ V any }

func init() {
	codec.RegisterSignature(
		func(v driver.Value) value { return value{v} },
		func(v value) driver.Value { return v.V },
	)
}
