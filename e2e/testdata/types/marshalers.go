package types

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Money keeps its fields to itself, and is encoded as text.
type Money struct {
	cents    int64
	currency string
}

func (m Money) MarshalText() ([]byte, error) {
	return []byte(fmt.Sprintf("%d %s", m.cents, m.currency)), nil
}

func (m *Money) UnmarshalText(b []byte) error {
	number, currency, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return fmt.Errorf("no amount of money: %q", b)
	}
	m.cents, m.currency = n, currency
	return nil
}

// Stamp is encoded as bytes.
type Stamp struct{ b []byte }

func (s *Stamp) MarshalBinary() ([]byte, error) { return append([]byte("stamp"), s.b...), nil }

func (s *Stamp) UnmarshalBinary(b []byte) error {
	if !strings.HasPrefix(string(b), "stamp") {
		return errors.New("no stamp")
	}
	s.b = append([]byte(nil), b[len("stamp"):]...)
	return nil
}

// Moody has methods that fail or panic, as its text says. The host's does nothing of
// the kind.
type Moody struct{ mood string }

func (m Moody) MarshalText() ([]byte, error) {
	switch m.mood {
	case "panic at the way back":
		panic("no way back")
	case "refuse the way back":
		return nil, errors.New("not today")
	}
	return []byte(m.mood), nil
}

func (m *Moody) UnmarshalText(b []byte) error {
	switch m.mood = string(b); m.mood {
	case "panic":
		panic("what a mood")
	case "nil pointer":
		m = nil
		m.mood = "none"
	case "refuse":
		return errors.New("go away")
	}
	return nil
}

// Exposed has such methods, but can be copied, and is.
type Exposed struct{ A, B int }

func (Exposed) MarshalText() ([]byte, error) { panic("not used") }
func (*Exposed) UnmarshalText([]byte) error  { panic("not used") }

func PassMoney(v Money) Money                                     { return v }
func PassMoneys(v map[string]*Money) map[string]*Money            { return v }
func PassStamp(v Stamp) Stamp                                     { return v }
func PassStamps(v []*Stamp) []*Stamp                              { return v }
func PassMoody(v Moody) Moody                                     { return v }
func PassMoodies(v []Pair[string, *Moody]) []Pair[string, *Moody] { return v }
func PassExposed(v Exposed) Exposed                               { return v }

// Pay doubles.
func Pay(v Money) Money { return Money{v.cents * 2, v.currency} }
