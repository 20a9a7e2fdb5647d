package kitchen

import (
	"errors"
	"fmt"
	"strings"
)

func Echo(s string) string          { return s }
func Bytes(b []byte) []byte         { return b }
func Count(b ...byte) int           { return len(b) }
func Repeat(s string, n int) string { return strings.Repeat(s, n) }

// Pieces returns several results whose bytes share one buffer.
func Pieces(a string, b []byte, n int) (string, []byte, string, int) {
	return a + a, append(b, b...), strings.Repeat("-", n), n
}

var kept []byte

// Keep keeps its argument, which must be a copy for that.
func Keep(b []byte) { kept = b }

// Kept returns what Keep kept.
func Kept() []byte { return kept }

// A Shortage is an error with a type of its own.
type Shortage struct{ Missing int }

func (s *Shortage) Error() string { return fmt.Sprintf("%d missing", s.Missing) }

// Take fails if there is not enough.
func Take(have, want int) (int, error) {
	if want > have {
		return 0, &Shortage{want - have}
	}
	return have - want, nil
}

// Fail only fails.
func Fail(text string) error {
	if text == "" {
		return nil
	}
	return errors.New(text)
}

// Größe has a name that C does not allow.
func Größe(s string) int { return len(s) }

// Point is described, but does not cross yet.
type Point struct {
	X, Y int
	Tags map[string]string `json:"tags"`
}

func Move(p Point, dx int) Point             { p.X += dx; return p }
func MoveIt(p *Point) (*Point, error)        { return p, nil }
func Map[K comparable, V any](m map[K]V) int { return len(m) }
func Watch(c chan int)                       {}
func unexported() int                        { return 0 }
