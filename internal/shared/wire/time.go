//go:build go1.22

package wire

import "time"

// Where a time is shown.
const (
	zoneUTC   = iota // time.UTC
	zoneLocal        // time.Local, which is the same on both sides, as one process has one
	zoneFixed        // name and offset in seconds, as they are at that instant
)

// PutTime appends seconds since 1970 and nanoseconds, then the zone. The reading of the
// monotonic clock is left out: it means nothing to another runtime.
func (e *Encoder) PutTime(t time.Time) {
	e.PutUint64(uint64(t.Unix()))
	e.PutUint32(uint32(t.Nanosecond()))
	switch t.Location() {
	case time.UTC:
		e.PutUint8(zoneUTC)
	case time.Local:
		e.PutUint8(zoneLocal)
	default:
		name, offset := t.Zone()
		e.PutUint8(zoneFixed)
		e.PutUint32(uint32(offset))
		e.PutString(name)
	}
}

// Time takes what PutTime appended.
func (d *Decoder) Time() time.Time {
	seconds, nanoseconds := int64(d.Uint64()), d.Uint32()
	if nanoseconds >= 1e9 {
		d.Fail("%d nanoseconds", nanoseconds)
	}
	t := time.Unix(seconds, int64(nanoseconds))
	switch zone := d.Uint8(); zone {
	case zoneUTC:
		return t.UTC()
	case zoneLocal:
		return t
	case zoneFixed:
		offset := int(int32(d.Uint32()))
		return t.In(time.FixedZone(d.String(), offset))
	default:
		d.Fail("%d is no time zone", zone)
	}
	return time.Time{}
}
