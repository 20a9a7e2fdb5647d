//go:build go1.22

package xmlvalue

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// A decoder is the surrogate of an *xml.Decoder.
type decoder struct{ Token func() (token, error) }

// A token is the surrogate of an xml.Token.
type token struct {
	Kind         int
	Space, Local string // of an element, or the target of an instruction
	Attrs        []attr
	Text         []byte
}

const (
	kindStart = iota + 1
	kindEnd
	kindText
	kindComment
	kindInstruction
	kindDirective
)

func packDecoder(d *xml.Decoder) decoder {
	return decoder{func() (token, error) {
		t, err := d.Token()
		if err != nil {
			return token{}, err
		}
		return packToken(t), nil
	}}
}

func packToken(t xml.Token) token {
	switch t := t.(type) {
	case xml.StartElement:
		s := packStart(t)
		return token{Kind: kindStart, Space: s.Space, Local: s.Local, Attrs: s.Attrs}
	case xml.EndElement:
		return token{Kind: kindEnd, Space: t.Name.Space, Local: t.Name.Local}
	case xml.CharData:
		return token{Kind: kindText, Text: t}
	case xml.Comment:
		return token{Kind: kindComment, Text: t}
	case xml.ProcInst:
		return token{Kind: kindInstruction, Local: t.Target, Text: t.Inst}
	case xml.Directive:
		return token{Kind: kindDirective, Text: t}
	}
	return token{}
}

func (t token) unpack() (xml.Token, error) {
	switch t.Kind {
	case kindStart:
		return unpackStart(start{t.Space, t.Local, t.Attrs}), nil
	case kindEnd:
		return xml.EndElement{Name: xml.Name{Space: t.Space, Local: t.Local}}, nil
	case kindText:
		return xml.CharData(t.Text), nil
	case kindComment:
		return xml.Comment(t.Text), nil
	case kindInstruction:
		return xml.ProcInst{Target: t.Local, Inst: t.Text}, nil
	case kindDirective:
		return xml.Directive(t.Text), nil
	}
	return nil, fmt.Errorf("%d is no kind of an XML token", t.Kind)
}

// tokens reads the tokens of the plugin's decoder, whose names have the URLs of their
// namespaces.
type tokens struct {
	decoder  *xml.Decoder // that reads them
	next     func() (token, error)
	first    *xml.StartElement // comes before them
	prefixes map[string]bool   // that they declare
}

// primer is the argument by which aroundDecoder passes an element to the decoder's tokens.
type primer struct {
	io.Reader
	element xml.StartElement
}

func unpackDecoder(s decoder) *xml.Decoder {
	from := &tokens{next: s.Token, prefixes: make(map[string]bool)}
	from.decoder = xml.NewTokenDecoder(from)
	from.decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) {
		if p, ok := r.(primer); ok {
			from.first = &xml.StartElement{Name: p.element.Name}
			_, _ = from.decoder.Token()
			from.decoder.CharsetReader = nil
		}
		return r, nil
	}
	return from.decoder
}

// aroundDecoder tells the decoder, the first argument, in which element it is: the second.
func aroundDecoder(call func([]reflect.Value) []reflect.Value, in []reflect.Value) []reflect.Value {
	d, _ := in[0].Interface().(*xml.Decoder)
	if d != nil && d.CharsetReader != nil && len(in) > 1 {
		if element, ok := in[1].Interface().(xml.StartElement); ok {
			_, _ = d.CharsetReader("", primer{element: element})
		}
	}
	return call(in)
}

// Token implements xml.TokenReader.
func (r *tokens) Token() (xml.Token, error) {
	if r.first != nil {
		t := *r.first
		r.first = nil
		return t, nil
	}
	if saved := reflect.ValueOf(r.decoder).Elem().FieldByName("saved"); saved.Kind() == reflect.Pointer && !saved.IsNil() {
		return nil, errors.New(`a method UnmarshalXML of the host's value decodes to a field with the tag ",innerxml", which a plugin's decoder has no text for; pass the text, and decode it with xml.Unmarshal in the host`)
	}
	t, err := r.next()
	if err != nil {
		return nil, err
	}
	for _, a := range t.Attrs {
		if a.Space == "xmlns" {
			r.prefixes[a.Local] = true
		}
	}
	clash := r.prefixes[t.Space]
	for _, a := range t.Attrs {
		clash = clash || r.prefixes[a.Space]
	}
	if clash {
		return nil, errors.New("a method UnmarshalXML of the host's value decodes an element in which the URL of a namespace is also a prefix; pass the text, and decode it with xml.Unmarshal in the host")
	}
	return t.unpack()
}
