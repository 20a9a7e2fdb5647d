package known

import (
	"context"
	"database/sql/driver"
	"fmt"
	"hash"
	"hash/crc32"
	"image"
	"image/color"
	"net/http"
	"strconv"
)

// What follows has methods of interfaces, and functions that return the types themselves.

// A Digest is a hash.Hash32.
type Digest struct{ hash.Hash32 }

// NewDigest returns a digest.
func NewDigest() *Digest { return &Digest{crc32.NewIEEE()} }

// A Level is a flag.Value that encodes itself in three ways.
type Level struct{ n int }

// NewLevel returns a level.
func NewLevel(n int) *Level { return &Level{n} }

func (l *Level) String() string               { return strconv.Itoa(l.n) }
func (l *Level) GoString() string             { return "known.Level(" + l.String() + ")" }
func (l *Level) MarshalText() ([]byte, error) { return []byte("t" + l.String()), nil }
func (l *Level) MarshalBinary() ([]byte, error) {
	return []byte("b" + l.String()), nil
}
func (l *Level) MarshalJSON() ([]byte, error) { return []byte(`{"level":` + l.String() + `}`), nil }
func (l *Level) Set(s string) (err error)     { l.n, err = strconv.Atoi(s); return err }
func (l *Level) UnmarshalText(b []byte) error { return l.Set(string(b[1:])) }
func (l *Level) UnmarshalBinary(b []byte) error {
	return l.Set(string(b[1:]))
}
func (l *Level) UnmarshalJSON(b []byte) error {
	_, err := fmt.Sscanf(string(b), `{"level":%d}`, &l.n)
	return err
}

// A Task is a context.Context.
type Task struct{ context.Context }

// NewTask returns a task that has ended.
func NewTask() *Task {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return &Task{ctx}
}

// A Series is a sort.Interface.
type Series struct{ n []int }

// NewSeries returns a series.
func NewSeries(n ...int) *Series { return &Series{n} }

func (l *Series) Len() int           { return len(l.n) }
func (l *Series) Less(i, j int) bool { return l.n[i] < l.n[j] }
func (l *Series) Swap(i, j int)      { l.n[i], l.n[j] = l.n[j], l.n[i] }

// Numbers returns what the series holds.
func (l *Series) Numbers() []int { return l.n }

// A Chart is an image.Image.
type Chart struct{ side int }

// NewChart returns a chart.
func NewChart(side int) *Chart { return &Chart{side} }

func (c *Chart) ColorModel() color.Model { return color.GrayModel }
func (c *Chart) Bounds() image.Rectangle { return image.Rect(0, 0, c.side, c.side) }
func (c *Chart) At(x, y int) color.Color { return color.Gray{uint8(x + y)} }

// A Desk is an http.Handler.
type Desk struct{ name string }

// NewDesk returns a desk.
func NewDesk(name string) *Desk { return &Desk{name} }

func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Desk", d.name)
	w.Header().Set("X-Next", "1")
	fmt.Fprint(w, d.name, r.URL.Path)
}

// A Source is a driver.Driver.
type Source struct{ driver counting }

// NewSource returns a source.
func NewSource() *Source { return new(Source) }

// Open implements driver.Driver.
func (s *Source) Open(name string) (driver.Conn, error) { return s.driver.Open(name) }
