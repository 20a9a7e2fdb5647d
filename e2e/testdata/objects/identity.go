package objects

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// A Fault is an error that cannot be copied.
type Fault struct{ code int }

func (f *Fault) Error() string { return "fault " + strconv.Itoa(f.code) }

// Break fails, with a Fault that another error wraps.
func Break(code int) error { return fmt.Errorf("broken: %w", &Fault{code}) }

// Code returns the fault's code.
func (f *Fault) Code() int { return f.code }

// Fail fails with a Fault.
func Fail(code int) error { return &Fault{code} }

// CodeOf returns the code of the Fault in an error, 0 if there is none.
func CodeOf(err error) int {
	var f *Fault
	if errors.As(err, &f) {
		return f.code
	}
	return 0
}

// EncodeStringer returns the JSON of a value.
func EncodeStringer(s fmt.Stringer) (string, error) {
	b, err := json.Marshal(map[string]fmt.Stringer{"v": s})
	return string(b), err
}

// TextOf returns what the value's method MarshalText returns.
func TextOf(s fmt.Stringer) (string, error) {
	b, err := s.(encoding.TextMarshaler).MarshalText()
	return string(b), err
}

// A Panel has fields that the host gets and sets.
type Panel struct {
	Frame
	Title  string
	Parent *Panel
	Tags   map[string]int
	hidden int
}

// A Frame is embedded.
type Frame struct{ Width, Height int }

// NewPanel returns a panel within another one.
func NewPanel(title string) *Panel {
	return &Panel{Frame: Frame{3, 4}, Title: title, Parent: &Panel{Title: "root"}, Tags: map[string]int{"a": 1}, hidden: 5}
}

// Area returns the panel's area.
func (p *Panel) Area() int { return p.Width * p.Height }

// A Shade has methods that encode it.
type Shade uint8

func (s Shade) String() string               { return "shade " + strconv.Itoa(int(s)) }
func (s Shade) MarshalText() ([]byte, error) { return []byte("#" + strconv.Itoa(int(s))), nil }

// Shades returns two values.
func Shades() (a, b Shade) { return 1, 2 }

// A Region is a value without exported fields.
type Region struct{ id int }

func (r Region) String() string { return "region " + strconv.Itoa(r.id) }

// ParseRegion returns the region of a number.
func ParseRegion(id int) Region { return Region{id} }

// PanelOf returns the panel that it is given.
func PanelOf(p *Panel) *Panel { return p }

type titles struct{ list []string }

// A Titling is an option, whose parameter only the plugin has.
type Titling func(*titles) error

// Titled returns an option.
func Titled(title string) Titling {
	return func(t *titles) error { t.list = append(t.list, title); return nil }
}

// Titles returns what the options make.
func Titles(first Titling, more ...Titling) []string {
	t := new(titles)
	for _, option := range append([]Titling{first}, more...) {
		_ = option(t)
	}
	return t.list
}

var keptValue any

// KeepValue keeps a value.
func KeepValue(v any) { keptValue = v }

// CountUp counts up the *int that KeepValue was given, and calls f.
func CountUp(f func()) { *keptValue.(*int)++; f() }
