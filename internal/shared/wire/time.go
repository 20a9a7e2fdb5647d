//go:build go1.22

package wire

import "time"

// The time zones of a time.
const (
	zoneUTC   = iota // time.UTC
	zoneLocal        // time.Local, which is the same on both sides of a process
	zoneFixed        // the zone's name, and its offset in seconds, at that time
)

// PutTime appends the seconds since 1970 and the nanoseconds, then the zone. It leaves out
// the reading of the monotonic clock, which has no meaning in another runtime.
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

// Time reads a time that PutTime appended.
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
