package types

import (
	"encoding/json"
	"encoding/xml"
	"go/token"
	"image"
	"image/color"
	"io/fs"
	"log/slog"
	"math/big"
	"net/netip"
	"net/url"
	"regexp"
	"time"
)

func Time(v time.Time) time.Time                              { return v }
func Times(v []time.Time) []time.Time                         { return v }
func PointerToTime(v *time.Time) *time.Time                   { return v }
func MapByTime(v map[time.Time]int) map[time.Time]int         { return v }
func Duration(v time.Duration) time.Duration                  { return v }
func Durations(v []time.Duration) []time.Duration             { return v }
func Month(v time.Month) time.Month                           { return v }
func Raw(v json.RawMessage) json.RawMessage                   { return v }
func Number(v json.Number) json.Number                        { return v }
func URL(v url.URL) url.URL                                   { return v }
func PointerToURL(v *url.URL) *url.URL                        { return v }
func Values(v url.Values) url.Values                          { return v }
func BigInt(v *big.Int) *big.Int                              { return v }
func BigInts(v map[string]*big.Int) map[string]*big.Int       { return v }
func BigFloat(v *big.Float) *big.Float                        { return v }
func BigRat(v *big.Rat) *big.Rat                              { return v }
func Addr(v netip.Addr) netip.Addr                            { return v }
func Addrs(v []netip.AddrPort) []netip.AddrPort               { return v }
func Prefix(v netip.Prefix) netip.Prefix                      { return v }
func MapByAddr(v map[netip.Addr]string) map[netip.Addr]string { return v }
func Regexp(v *regexp.Regexp) *regexp.Regexp                  { return v }
func Mode(v fs.FileMode) fs.FileMode                          { return v }
func Level(v slog.Level) slog.Level                           { return v }
func Rectangle(v image.Rectangle) image.Rectangle             { return v }
func Palette(v []color.RGBA) []color.RGBA                     { return v }
func Position(v token.Position) token.Position                { return v }
func Attribute(v xml.Attr) xml.Attr                           { return v }

// Schedule has fields of many of these.
type Schedule struct {
	At     time.Time
	Every  time.Duration
	Site   *url.URL
	Limit  *big.Int
	From   netip.Addr
	Body   json.RawMessage
	Amount json.Number
}

func PassSchedule(v Schedule) Schedule      { return v }
func PassSchedules(v []Schedule) []Schedule { return v }

// Later adds to a time.
func Later(v time.Time, by time.Duration) time.Time { return v.Add(by) }

// Zone says where a time is.
func Zone(v time.Time) (string, int) { return v.Zone() }

// Square squares.
func Square(v *big.Int) *big.Int { return new(big.Int).Mul(v, v) }

// Resolve resolves a reference.
func Resolve(base *url.URL, to string) (*url.URL, error) { return base.Parse(to) }

// Inside says whether a point is in a rectangle.
func Inside(p image.Point, r image.Rectangle) bool { return p.In(r) }
