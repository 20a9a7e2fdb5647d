package call

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// Parse reads an argument from text, as the command does: numbers and booleans in
// Go's syntax (0x1F, 1_000, 1e9, true), strings as they are, and bytes as text, or
// as base64 after the prefix "base64:".
func Parse(s string, t *manifest.Type) (any, error) {
	switch k := t.Kind; {
	case k == manifest.Bool:
		v, err := strconv.ParseBool(s)
		if err != nil {
			return nil, fmt.Errorf("%q is not a bool; write true or false", s)
		}
		return v, nil
	case k == manifest.Float32:
		v, err := strconv.ParseFloat(s, 32)
		return float32(v), numberError(s, k, err)
	case k == manifest.Float64:
		v, err := strconv.ParseFloat(s, 64)
		return v, numberError(s, k, err)
	case ranges[k] > 0:
		v, err := strconv.ParseUint(s, 0, ranges[k])
		return v, numberError(s, k, err)
	case ranges[k] < 0:
		v, err := strconv.ParseInt(s, 0, -ranges[k])
		return v, numberError(s, k, err)
	case k == manifest.String:
		return s, nil
	case t.IsBytes():
		if coded, ok := strings.CutPrefix(s, "base64:"); ok {
			b, err := base64.StdEncoding.DecodeString(coded)
			if err != nil {
				return nil, fmt.Errorf("%q is not base64: %w", coded, err)
			}
			return b, nil
		}
		return []byte(s), nil
	}
	return nil, fmt.Errorf("a value of type %s cannot be given as text", t)
}

func numberError(s string, k manifest.Kind, err error) error {
	switch e, _ := err.(*strconv.NumError); {
	case e == nil:
		return nil
	case e.Err == strconv.ErrRange:
		return fmt.Errorf("%s overflows %s", s, k)
	}
	return fmt.Errorf("%q is not a number of type %s", s, k)
}
