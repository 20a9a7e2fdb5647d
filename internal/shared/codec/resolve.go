//go:build go1.22

package codec

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// parse makes a codec of a description. Go never frees types that package reflect has made.
func parse(text string, scope Scope) (c *Codec, err error) {
	if len(text) > maxDescription {
		return nil, errors.New("a type takes too many bytes to describe")
	}
	defer func() {
		// reflect panics if a type would be larger than the address space.
		if v := recover(); v != nil {
			c, err = nil, fmt.Errorf("type %q: %v", text, v)
		}
	}()
	p := parser{text: text, scope: scope}
	c = p.parse(0)
	if p.err == nil && p.text != "" {
		p.fail("%q too many", p.text)
	}
	if p.err != nil {
		return nil, fmt.Errorf("type %q: %w", text, p.err)
	}
	return c, nil
}

type parser struct {
	text  string // what is left
	scope Scope
	err   error // the first
}

func (p *parser) fail(format string, args ...any) *Codec {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.text = ""
	return nil
}

func (p *parser) skip(prefix string) bool {
	rest, ok := strings.CutPrefix(p.text, prefix)
	if ok {
		p.text = rest
	}
	return ok
}

// maxArray bounds arrays in descriptions, in bytes.
const maxArray = 1 << 26

func (p *parser) parse(depth int) *Codec {
	switch {
	case depth > maxNesting:
		return p.fail("it nests too deep")
	case p.skip("*"):
		if elem := p.parse(depth + 1); elem != nil {
			return Pointer(elem)
		}
	case p.skip("[]"):
		if elem := p.parse(depth + 1); elem != nil {
			return Slice(elem)
		}
	case p.skip("["):
		digits, rest, ok := strings.Cut(p.text, "]")
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil {
			return p.fail("a length of %q", digits)
		}
		p.text = rest
		elem := p.parse(depth + 1)
		switch {
		case elem == nil:
		case n > maxArray || n*uint64(elem.size) > maxArray:
			return p.fail("an array of %d", n)
		default:
			return Array(int(n), elem)
		}
	case p.skip("map["):
		key := p.parse(depth + 1)
		switch {
		case key == nil:
			return nil
		case !key.typ.Comparable():
			return p.fail("%s is no type for keys", key.typ)
		case !p.skip("]"):
			return p.fail("] is missing")
		}
		if elem := p.parse(depth + 1); elem != nil {
			return Map(key, elem)
		}
	case p.skip("func("):
		references := referencesOf(p.scope)
		if references == nil {
			return p.fail("functions do not cross here")
		}
		return references.parse(p, depth, references)
	case p.skip(objectPrefix):
		references := referencesOf(p.scope)
		if references == nil {
			return p.fail("objects do not cross here")
		}
		return references.object(p, references)
	case p.skip("struct{"):
		return p.parseStruct(depth)
	default:
		return p.parseName()
	}
	return nil
}

func (p *parser) parseStruct(depth int) *Codec {
	var (
		fields []reflect.StructField
		codecs []*Codec
		names  = map[string]bool{}
	)
	for !p.skip("}") {
		if len(fields) > 0 && !p.skip(";") {
			return p.fail("; is missing")
		}
		name, rest, ok := strings.Cut(p.text, " ")
		if !ok || !isExported(name) || names[name] {
			return p.fail("a field %q", name)
		}
		p.text = rest
		names[name] = true
		c := p.parse(depth + 1)
		if c == nil {
			return nil
		}
		fields = append(fields, reflect.StructField{Name: name, Type: c.typ})
		codecs = append(codecs, c)
	}
	return Struct(reflect.StructOf(fields), codecs)
}

// isExported reports whether s is the name of an exported field.
func isExported(s string) bool {
	for i, r := range s {
		if i == 0 && !unicode.IsUpper(r) || r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

// parseName parses the name of a type, with brackets if the type is an instance.
func (p *parser) parseName() *Codec {
	end, open := 0, 0
loop:
	for ; end < len(p.text); end++ {
		switch p.text[end] {
		case '[', '{', '(':
			open++
		case ';', ',':
			if open == 0 {
				break loop
			}
		case ']', '}', ')':
			if open--; open < 0 {
				break loop
			}
		}
	}
	name := p.text[:end]
	if t, ok := common[name]; ok {
		p.text = p.text[end:]
		return must(t)
	}
	if rest, ok := strings.CutPrefix(name, signaturePrefix); ok {
		if c := signatureNamed(rest); c != nil {
			p.text = p.text[end:]
			return c
		}
	}
	if number, ok := strings.CutPrefix(name, "#"); ok {
		n, _ := strconv.ParseUint(number, 10, 64)
		if c := numbered(p.scope, n); c != nil {
			p.text = p.text[end:]
			return c
		}
	}
	if p.scope != nil && name != "" {
		if c := p.scope.Codec(name); c != nil {
			p.text = p.text[end:]
			return c
		}
	}
	return p.fail("%q is not known", name)
}
