//go:build go1.22

// Package knowntime registers the known types for time zones: see package codec.
package knowntime

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() { codec.RegisterCopied(pack, unpack) }

// A location is the surrogate of a *time.Location.
type location struct {
	Name  string
	Local bool
	Fixed bool // the offset never changes
	Abbr  string
	Secs  int    // the offset
	Data  []byte // of other zones, in the format of RFC 8536
}

// The years whose changes of the offset cross.
const (
	firstYear = 1850
	lastYear  = 2150
)

// These keep all locations that crossed, so that the same zone is always the same pointer. A
// program uses few zones.
var (
	packed   sync.Map // *time.Location → location
	unpacked sync.Map // key → *time.Location
)

type key struct {
	name, abbr string
	secs       int
	data       string
}

func pack(l *time.Location) location {
	switch l {
	case time.UTC:
		return location{Name: "UTC"}
	case time.Local:
		return location{Name: "Local", Local: true}
	}
	if found, ok := packed.Load(l); ok {
		return found.(location)
	}
	made := describe(l)
	packed.Store(l, made)
	return made
}

func describe(l *time.Location) location {
	t := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).In(l)
	abbr, secs := t.Zone()
	if _, end := t.ZoneBounds(); end.IsZero() {
		return location{Name: l.String(), Fixed: true, Abbr: abbr, Secs: secs}
	}
	return location{Name: l.String(), Data: encode(t)}
}

// A zone has the offset and the name that apply between two changes.
type zone struct {
	secs int
	dst  bool
	abbr string
}

// encode writes the changes from t on as a file of version 2, whose first part is empty.
func encode(t time.Time) []byte {
	var (
		zones []zone
		index = make(map[zone]byte)
		times []int64
		kinds []byte
		abbrs []byte
	)
	add := func(t time.Time) byte {
		abbr, secs := t.Zone()
		z := zone{secs, t.IsDST(), abbr}
		n, ok := index[z]
		if !ok && len(zones) < 255 {
			n = byte(len(zones))
			index[z], zones = n, append(zones, z)
		}
		return n
	}
	last := add(t)
	for t.Year() < lastYear {
		start, end := t.ZoneBounds()
		if kind := add(t); kind != last {
			times, kinds, last = append(times, start.Unix()), append(kinds, kind), kind
		}
		switch {
		case end.IsZero():
			t = t.AddDate(lastYear, 0, 0)
		case end.After(t):
			t = end
		default: // at the end of some years, where nothing changes
			t = t.AddDate(0, 0, 1)
		}
	}
	var records []byte
	for _, z := range zones {
		records = binary.BigEndian.AppendUint32(records, uint32(int32(z.secs)))
		dst := byte(0)
		if z.dst {
			dst = 1
		}
		records = append(records, dst, byte(len(abbrs)))
		abbrs = append(append(abbrs, z.abbr...), 0)
	}
	header := func(times, zones, abbrs int) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		for _, n := range []int{0, 0, 0, times, zones, abbrs} {
			b = binary.BigEndian.AppendUint32(b, uint32(n))
		}
		return b
	}
	b := append(header(0, 0, 0), header(len(times), len(zones), len(abbrs))...)
	for _, at := range times {
		b = binary.BigEndian.AppendUint64(b, uint64(at))
	}
	b = append(append(append(b, kinds...), records...), abbrs...)
	return append(b, "\n\n"...) // no rule for the time after
}

func unpack(l location) *time.Location {
	switch {
	case l.Local:
		return time.Local
	case l.Name == "UTC" && !l.Fixed && l.Data == nil:
		return time.UTC
	}
	k := key{l.Name, l.Abbr, l.Secs, string(l.Data)}
	if found, ok := unpacked.Load(k); ok {
		return found.(*time.Location)
	}
	made := time.FixedZone(l.Name, l.Secs)
	if !l.Fixed {
		var err error
		if made, err = time.LoadLocationFromTZData(l.Name, l.Data); err != nil {
			panic("winplugin: time zone " + l.Name + ": " + err.Error())
		}
	}
	found, _ := unpacked.LoadOrStore(k, made)
	return found.(*time.Location)
}
