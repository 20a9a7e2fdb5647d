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

// PanelOf returns the panel that it is given.
func PanelOf(p *Panel) *Panel { return p }
