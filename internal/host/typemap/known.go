package typemap

import (
	"encoding/json"
	"image"
	"image/color"
	"io/fs"
	"log/slog"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"time"
)

// known are the declared types that the host always has, by full name. Types of the standard
// library's package net are not among them, because that package would bring cgo to hosts on
// Linux. They cross with their structure.
var known = byName(
	reflect.TypeFor[time.Time](),
	reflect.TypeFor[time.Duration](),
	reflect.TypeFor[time.Month](),
	reflect.TypeFor[time.Weekday](),
	reflect.TypeFor[big.Int](),
	reflect.TypeFor[big.Float](),
	reflect.TypeFor[big.Rat](),
	reflect.TypeFor[url.URL](),
	reflect.TypeFor[url.Values](),
	reflect.TypeFor[netip.Addr](),
	reflect.TypeFor[netip.AddrPort](),
	reflect.TypeFor[netip.Prefix](),
	reflect.TypeFor[json.RawMessage](),
	reflect.TypeFor[json.Number](),
	reflect.TypeFor[fs.FileMode](),
	reflect.TypeFor[slog.Level](),
	reflect.TypeFor[regexp.Regexp](),

	reflect.TypeFor[image.Alpha](),
	reflect.TypeFor[image.Alpha16](),
	reflect.TypeFor[image.CMYK](),
	reflect.TypeFor[image.Gray](),
	reflect.TypeFor[image.Gray16](),
	reflect.TypeFor[image.NRGBA](),
	reflect.TypeFor[image.NRGBA64](),
	reflect.TypeFor[image.NYCbCrA](),
	reflect.TypeFor[image.Point](),
	reflect.TypeFor[image.RGBA](),
	reflect.TypeFor[image.RGBA64](),
	reflect.TypeFor[image.Rectangle](),
	reflect.TypeFor[image.YCbCr](),

	reflect.TypeFor[color.Alpha](),
	reflect.TypeFor[color.Alpha16](),
	reflect.TypeFor[color.CMYK](),
	reflect.TypeFor[color.Gray](),
	reflect.TypeFor[color.Gray16](),
	reflect.TypeFor[color.NRGBA](),
	reflect.TypeFor[color.NRGBA64](),
	reflect.TypeFor[color.NYCbCrA](),
	reflect.TypeFor[color.RGBA](),
	reflect.TypeFor[color.RGBA64](),
	reflect.TypeFor[color.YCbCr](),
)

func byName(list ...reflect.Type) map[string]reflect.Type {
	m := make(map[string]reflect.Type, len(list))
	for _, rt := range list {
		m[fullName(rt)] = rt
	}
	return m
}
