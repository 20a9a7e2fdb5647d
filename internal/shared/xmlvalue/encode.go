//go:build go1.22

package xmlvalue

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// An encoder is the surrogate of an *xml.Encoder.
type encoder struct {
	Known          bool // what follows was found in the encoder
	Prefix, Indent string
	Depth          int
	Write          func(text []byte) error // writes elements and other tokens
}

const instead = "; encode the value with xml.Marshal in the host, and pass the text"

var errUnknown = errors.New("the plugin's XML encoder does not tell how it indents, or indents too far, so methods MarshalXML of the host's values cannot be called" + instead)

// packEncoder reads the encoder's state, for which it has no methods.
func packEncoder(e *xml.Encoder) encoder {
	p := reflect.ValueOf(e).Elem().FieldByName("p")
	field := func(name string, kind reflect.Kind) (v reflect.Value) {
		if p.Kind() == reflect.Struct {
			v = p.FieldByName(name)
		}
		if v.Kind() != kind {
			return reflect.Value{}
		}
		return v
	}
	prefix, indent, depth := field("prefix", reflect.String), field("indent", reflect.String), field("depth", reflect.Int)
	spaces := field("attrNS", reflect.Map)
	if !prefix.IsValid() || !indent.IsValid() || !depth.IsValid() || !spaces.IsValid() {
		return encoder{Write: func([]byte) error { return errUnknown }}
	}
	s := encoder{Known: true, Prefix: prefix.String(), Indent: indent.String(), Depth: int(depth.Int())}
	state := s
	s.Write = func(text []byte) error {
		if spaces.Len() > 0 && bytes.Contains(text, []byte("xmlns:")) {
			return errors.New("MarshalXML of the host's value writes prefixes of namespaces within an element that has some" + instead)
		}
		return write(e, text, state)
	}
	return s
}

// isLayout reports whether a text is what an encoder in that state writes before an element.
func (s *encoder) isLayout(text []byte) bool {
	layout := s.Prefix + strings.Repeat(s.Indent, s.Depth)
	return s.Prefix+s.Indent != "" && strings.TrimPrefix(string(text), "\n") == layout
}

// maxDepth bounds the elements around a value, and maxLayout the bytes before an element.
const (
	maxDepth  = 10_000
	maxLayout = 64 << 10
)

// end is a comment that ends what the host's method has written.
const end = "winplugin: the end"

// A sink takes what an encoder in the host writes.
type sink struct {
	text []byte
	to   encoder
}

// unpackEncoder returns an encoder in the state of the plugin's.
func unpackEncoder(s encoder) *xml.Encoder {
	if s.Depth < 0 || s.Depth > maxDepth || len(s.Prefix) > maxLayout || len(s.Indent) > maxLayout/(s.Depth+1) {
		s = encoder{Write: s.Write} // which send refuses
	}
	to := &sink{to: s}
	e := newEncoder(to, s)
	to.text = nil
	return e
}

func newEncoder(w io.Writer, s encoder) *xml.Encoder {
	e := xml.NewEncoder(w)
	e.Indent(s.Prefix, s.Indent)
	for range s.Depth { // as deep as the plugin's
		_ = e.EncodeToken(xml.StartElement{Name: xml.Name{Local: "x"}})
	}
	_ = e.Flush()
	return e
}

func (s *sink) Write(b []byte) (int, error) {
	s.text = append(s.text, b...)
	if text, ok := bytes.CutSuffix(s.text, []byte("<!--"+end+"-->")); ok {
		return len(b), s.send(text)
	}
	return len(b), nil
}

// send sends the text to the plugin, if the plugin writes the same.
func (s *sink) send(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	if !s.to.Known {
		return errUnknown
	}
	var same bytes.Buffer
	e := newEncoder(&same, s.to)
	same.Reset()
	err := write(e, text, s.to)
	if err == nil {
		err = e.Flush()
	}
	switch {
	case err != nil:
		return err
	case !bytes.Equal(same.Bytes(), text):
		return errors.New("MarshalXML of the host's value writes XML that the plugin's encoder cannot write: an element without an end tag, or text that is not escaped, outside of the value's own element" + instead)
	}
	return s.to.Write(text)
}

// aroundEncoder sends what a method has written to its encoder, the first argument.
func aroundEncoder(call func([]reflect.Value) []reflect.Value, in []reflect.Value) []reflect.Value {
	out := call(in)
	failed := reflect.Value{}
	if n := len(out); n > 0 && out[n-1].Type() == reflect.TypeFor[error]() {
		if failed = out[n-1]; !failed.IsNil() {
			return out
		}
	}
	e, ok := in[0].Interface().(*xml.Encoder)
	if !ok || e == nil {
		return out
	}
	err := e.EncodeToken(xml.Comment(end))
	if err == nil {
		err = e.Flush()
	}
	if err != nil && failed.IsValid() {
		out[len(out)-1] = reflect.ValueOf(&err).Elem()
	} else if err != nil {
		panic(err)
	}
	return out
}

// raw is the content of an element.
type raw struct {
	Text []byte `xml:",innerxml"`
}

// write writes a text that another encoder in that state has written.
func write(e *xml.Encoder, text []byte, state encoder) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	var begin xml.StartElement
	depth, from, last := 0, int64(0), int64(0)
	for {
		t, err := d.RawToken()
		if err == io.EOF && depth == 0 {
			return nil
		}
		if err == io.EOF {
			return fmt.Errorf("xml: MarshalXML wrote invalid XML: <%s> not closed", begin.Name.Local)
		}
		if err != nil {
			return fmt.Errorf("MarshalXML of the host's value writes XML that cannot be read: %w", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				begin, from = t.Copy(), d.InputOffset()
				begin.Name = joined(begin.Name)
				for i := range begin.Attr {
					begin.Attr[i].Name = joined(begin.Attr[i].Name)
				}
			}
		case xml.EndElement:
			switch depth--; {
			case depth < 0:
				return fmt.Errorf("xml: end tag </%s> without start tag", t.Name.Local)
			case depth == 0:
				err = e.EncodeElement(raw{text[from:max(from, last)]}, begin)
			}
		case xml.CharData:
			if depth == 0 && !state.isLayout(t) {
				err = e.EncodeToken(t)
			}
		default:
			if depth == 0 {
				err = e.EncodeToken(t)
			}
		}
		if err != nil {
			return err
		}
		last = d.InputOffset()
	}
}

// joined returns a name with its prefix as the encoder writes it.
func joined(n xml.Name) xml.Name {
	if n.Space == "" {
		return n
	}
	return xml.Name{Local: n.Space + ":" + n.Local}
}
