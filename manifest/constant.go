package manifest

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// A Constant is an exported constant. A manifest lists the constants of one declared type
// together, in the order of the source, and constants without a declared type last.
type Constant struct {
	Name     string `json:"name"`
	Package  string `json:"package,omitempty"` // as in Function
	Doc      string `json:"doc,omitempty"`
	Position string `json:"position,omitempty"`

	// Type is the constant's type, which Manifest.Types need not have. An untyped constant
	// has its default type, or uint64 or float64 if it is a number that does not fit.
	Type Type `json:"type"`

	// Value is exact: true, -5, 3/2, "text" in Go's quotes, or (1 + 2i).
	Value string `json:"value"`
}

// Bool returns the value of a constant whose type has the kind [Bool].
func (c *Constant) Bool() bool { return c.Value == "true" }

// Text returns the value of a constant whose type has the kind [String].
func (c *Constant) Text() (string, error) { return strconv.Unquote(c.Value) }

// Number returns the real and the imaginary part of a constant that is a number. im is zero
// unless the constant is complex.
func (c *Constant) Number() (re, im *big.Rat, err error) {
	re, im = new(big.Rat), new(big.Rat)
	text, imaginary := c.Value, "0"
	if inner, ok := strings.CutPrefix(text, "("); ok {
		text, imaginary, _ = strings.Cut(strings.TrimSuffix(inner, "i)"), " + ")
	}
	for _, part := range []struct {
		text string
		of   *big.Rat
	}{{text, re}, {imaginary, im}} {
		// An exponent would let a few bytes of a damaged manifest ask for much memory.
		ok := !strings.ContainsAny(part.text, "eEpP")
		if ok {
			_, ok = part.of.SetString(part.text)
		}
		if !ok {
			return nil, nil, fmt.Errorf("constant %s has the malformed value %s", c.Name, c.Value)
		}
	}
	return re, im, nil
}
