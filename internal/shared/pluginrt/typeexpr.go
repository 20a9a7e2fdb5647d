//go:build go1.22

package pluginrt

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// typeNamed returns the type that the host names, in Go's syntax: a type that the package
// exports, a predeclared or common one, or one that is composed of such types, as in "[]Item" and
// "func(*Context, ...string) (Value, error)".
func (s *scope) typeNamed(text string) (reflect.Type, error) {
	p := typeParser{scope: s, text: text}
	t := p.parse(0)
	if p.text != "" {
		p.fail("%q too many", p.text)
	}
	if p.err != nil {
		return nil, p.err
	}
	return t, nil
}

type typeParser struct {
	scope *scope
	text  string // what is left
	err   error  // the first
}

// fail returns a type with which parsing goes on to its end.
func (p *typeParser) fail(format string, args ...any) reflect.Type {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.text = ""
	return reflect.TypeFor[any]()
}

func (p *typeParser) skip(prefix string) bool {
	rest, ok := strings.CutPrefix(p.text, prefix)
	if ok {
		p.text = strings.TrimLeft(rest, " ")
	}
	return ok
}

func (p *typeParser) parse(depth int) reflect.Type {
	switch {
	case depth > wire.MaxDepth/100:
		return p.fail("a type nests too deep")
	case p.skip("*"):
		return reflect.PointerTo(p.parse(depth + 1))
	case p.skip("[]"):
		return reflect.SliceOf(p.parse(depth + 1))
	case p.skip("map["):
		key := p.parse(depth + 1)
		if !p.skip("]") || !key.Comparable() {
			return p.fail("a map needs a type of keys that can be compared, and of elements")
		}
		return reflect.MapOf(key, p.parse(depth+1))
	case p.skip("["):
		digits, _, _ := strings.Cut(p.text, "]")
		n, err := strconv.ParseUint(digits, 10, 20)
		if err != nil || !p.skip(digits+"]") {
			return p.fail("an array has no length %q", digits)
		}
		return reflect.ArrayOf(int(n), p.parse(depth+1))
	case p.skip("func("):
		in, variadic := p.list(depth)
		var out []reflect.Type
		if p.skip("(") {
			out, _ = p.list(depth)
		} else if p.text != "" && !strings.ContainsAny(p.text[:1], ",)]") {
			out = []reflect.Type{p.parse(depth + 1)}
		}
		return reflect.FuncOf(in, out, variadic)
	}
	return p.name()
}

// list parses types up to the closing parenthesis.
func (p *typeParser) list(depth int) (list []reflect.Type, variadic bool) {
	for p.err == nil && !p.skip(")") {
		if len(list) > 0 && !p.skip(",") {
			p.fail("%q in a list of types, which are without names", p.text)
		}
		if variadic = p.skip("..."); variadic {
			list = append(list, reflect.SliceOf(p.parse(depth+1)))
		} else {
			list = append(list, p.parse(depth+1))
		}
	}
	return list, variadic
}

func (p *typeParser) name() reflect.Type {
	end, brackets := 0, 0
	for ; end < len(p.text); end++ {
		switch c := p.text[end]; {
		case c == '[':
			brackets++
		case c == ']' && brackets > 0:
			brackets--
		case brackets == 0 && strings.IndexByte(" ,)]", c) >= 0:
			brackets = -1
		}
		if brackets < 0 {
			break
		}
	}
	name := p.text[:end]
	p.text = strings.TrimLeft(p.text[end:], " ")
	if t := p.scope.makes[name]; t != nil {
		return t
	}
	if name == "context.Context" {
		return contextType
	}
	if c, err := codec.Resolve(name, p.scope); err == nil && name != "" {
		return c.Type()
	}
	return p.fail("the plugin has no type %s that values can be made of", name)
}
