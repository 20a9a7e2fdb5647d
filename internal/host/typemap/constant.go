package typemap

import (
	"fmt"
	"math/big"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Constant returns the value of a constant of the plugin. It has a type of the standard
// library that the host has too, or the predeclared type under a declared one.
func Constant(c *manifest.Constant) (any, error) {
	rt := known[c.Type.Name]
	if rt == nil {
		rt = codec.Predeclared(string(c.Type.Kind))
	}
	if rt == nil {
		return nil, fmt.Errorf("constant %s has the unknown type %s; build the plugin again with this version", c.Name, &c.Type)
	}
	v := reflect.New(rt).Elem()
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(c.Bool())
	case reflect.String:
		text, err := c.Text()
		if err != nil {
			return nil, fmt.Errorf("constant %s has the malformed value %s", c.Name, c.Value)
		}
		v.SetString(text)
	default:
		re, im, err := c.Number()
		if err != nil {
			return nil, err
		}
		if !setNumber(v, re, im) {
			return nil, fmt.Errorf("constant %s has the value %s, which is no %s", c.Name, c.Value, &c.Type)
		}
	}
	return v.Interface(), nil
}

// setNumber sets v, a number, and reports whether its type can hold the value.
func setNumber(v reflect.Value, re, im *big.Rat) bool {
	switch {
	case v.CanInt():
		n := re.Num().Int64()
		v.SetInt(n)
		return re.IsInt() && re.Num().IsInt64() && !v.OverflowInt(n)
	case v.CanUint():
		n := re.Num().Uint64()
		v.SetUint(n)
		return re.IsInt() && re.Num().IsUint64() && !v.OverflowUint(n)
	case v.CanFloat():
		f, _ := re.Float64()
		v.SetFloat(f)
		return true
	}
	r, _ := re.Float64()
	i, _ := im.Float64()
	v.SetComplex(complex(r, i))
	return true
}
