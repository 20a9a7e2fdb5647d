package manifest

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// A Constant is an exported constant. Constants of one declared type are listed together, in the
// order of the source. Constants without a declared type come last.
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

// Bool returns the value of a constant of the kind Bool.
func (c *Constant) Bool() bool { return c.Value == "true" }

// Text returns the value of a constant of the kind String.
func (c *Constant) Text() (string, error) { return strconv.Unquote(c.Value) }

// Number returns the parts of a number. The imaginary one is zero for kinds other than
// Complex64 and Complex128.
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
