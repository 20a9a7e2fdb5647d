package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// What the host has for the types of testdata/types: the same structure under the same
// names, but other types. Order and Line are in bench_types_test.go.
type (
	Flag    bool
	Count   int
	Celsius float64
	Phase   complex64
	Hash    uint64
	Octet   uint8
	Label   string
	Blob    []byte
	Octets  []Octet
	Names   []string
	Vector  [3]float64
	Table   map[Label][]Count

	Key struct {
		A string
		B int8
		C [2]bool
	}
	Pixel  struct{ R, G, B, A uint8 }
	Padded struct {
		A int8
		B int64
		C bool
	}
	Particle struct {
		Position, Speed Vector
		Colour          Pixel
		Spin            float32
	}
	Blank struct {
		A int8
		_ [7]byte
		B int64
		_ func()
		C string
	}
	Empty struct{}
	Base  struct {
		ID   int
		Note string
	}
	Derived struct {
		Base
		*Line
		Label
		Name string
	}
	// Plain is Derived without embedding.
	Plain struct {
		Base  Base
		Line  *Line
		Label string
		Name  string
	}
	Tagged struct {
		Name string
		Size int `json:"other"`
	}
	Outer struct {
		Inner struct {
			Deep struct{ Values []struct{ X, Y int } }
			More *struct{ Text string }
		}
		Pair [2]struct{ L, R Label }
		By   map[struct{ X, Y int }]struct{}
	}
	Pair[K comparable, V any] struct {
		Key   K
		Value V
	}
	List[T any] struct {
		Value T
		Next  *List[T]
	}
	Single struct{ P *int }
	Lone   struct{ M map[string]int }

	Node struct {
		Name        string
		Next        *Node
		Left, Right *Node
	}
	Tree struct {
		Value    int
		Children []Tree
		Named    map[string]Tree
	}
	Nest    []Nest
	Folder  map[string]Folder
	Loop    *Loop
	Company struct {
		Name  string
		Staff []*Employee
	}
	Employee struct {
		Name     string
		Employer *Company
		Boss     *Employee
	}

	Schedule struct {
		At     time.Time
		Every  time.Duration
		Site   *url.URL
		Limit  *big.Int
		From   netip.Addr
		Body   json.RawMessage
		Amount json.Number
	}

	Exposed struct{ A, B int }

	Shortage struct {
		Missing int
		Of      string
		When    time.Time
	}
	Code int
)

func (e *Shortage) Error() string { return fmt.Sprintf("%d %s missing", e.Missing, e.Of) }
func (c Code) Error() string      { return fmt.Sprint("host's code ", int(c)) }

// Money is encoded as text, Stamp as bytes. Their fields are private.
type Money struct{ text string }

func (m Money) MarshalText() ([]byte, error)  { return []byte(m.text), nil }
func (m *Money) UnmarshalText(b []byte) error { m.text = string(b); return nil }

type Stamp struct{ text string }

func (s Stamp) MarshalBinary() ([]byte, error) { return []byte("stamp" + s.text), nil }
func (s *Stamp) UnmarshalBinary(b []byte) error {
	s.text = strings.TrimPrefix(string(b), "stamp")
	return nil
}

// Moody has methods that fail or panic when encoding or decoding, depending on its text. The
// plugin's type does too, for other texts.
type Moody struct{ mood string }

func (m Moody) MarshalText() ([]byte, error) {
	switch m.mood {
	case "host panics":
		panic("the host's mood")
	case "host refuses":
		return nil, errors.New("not with me")
	}
	return []byte(m.mood), nil
}

func (m *Moody) UnmarshalText(b []byte) error {
	switch m.mood = string(b); m.mood {
	case "panic in the host":
		panic("closed to callers")
	case "refuse in the host":
		return errors.New("closed")
	}
	return nil
}

func ptr[T any](v T) *T { return &v }
