package xmlvalue

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// remote encodes as proxies in the plugin do, by surrogates.
type remote struct{ to xml.Marshaler }

func (r remote) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	method := reflect.ValueOf(r.to).MethodByName("MarshalXML")
	in := []reflect.Value{reflect.ValueOf(unpackEncoder(packEncoder(e))), reflect.ValueOf(unpackStart(packStart(start)))}
	err, _ := aroundEncoder(method.Call, in)[0].Interface().(error)
	return err
}

type item struct {
	N    int    `xml:"n"`
	Note string `xml:",comment"`
	C    struct {
		Text string `xml:",cdata"`
	} `xml:"c"`
}

func (i item) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	type plain item
	start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: "q"}, Value: "<'\"\n"})
	if err := e.EncodeElement(plain(i), start); err != nil {
		return err
	}
	return e.EncodeElement(i.N, xml.StartElement{Name: xml.Name{Space: "urn:x", Local: "again"}})
}

func TestEncoder(t *testing.T) {
	for _, layout := range [][2]string{{"", ""}, {"", "  "}, {"> ", "\t"}} {
		t.Run(fmt.Sprintf("%q", layout), func(t *testing.T) {
			encode := func(v any) string {
				var b bytes.Buffer
				e := xml.NewEncoder(&b)
				e.Indent(layout[0], layout[1])
				if err := e.Encode(struct {
					XMLName xml.Name `xml:"doc"`
					A, B    any
				}{A: v, B: v}); err != nil {
					t.Error(err)
				}
				if err := e.EncodeElement(v, xml.StartElement{Name: xml.Name{Local: "top"}}); err != nil {
					t.Error(err)
				}
				return b.String()
			}
			v := item{N: 1, Note: "x"}
			v.C.Text = "<raw>"
			if got, want := encode(remote{v}), encode(v); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

type unclosed struct{}

func (unclosed) MarshalXML(e *xml.Encoder, start xml.StartElement) error { return e.EncodeToken(start) }

func TestEncoderUnclosed(t *testing.T) {
	_, err := xml.Marshal(remote{unclosed{}})
	if err == nil || !strings.Contains(err.Error(), "not closed") {
		t.Errorf("got error %v, want one that says what is not closed", err)
	}
}

// The other side may claim anything of its encoder.
func TestEncoderBounds(t *testing.T) {
	for name, s := range map[string]encoder{
		"unknown": {}, "negative depth": {Known: true, Depth: -1}, "depth": {Known: true, Depth: 1 << 40},
		"layout": {Known: true, Depth: 9_999, Indent: strings.Repeat(" ", 1<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			in := []reflect.Value{reflect.ValueOf(unpackEncoder(s)), reflect.ValueOf(xml.StartElement{Name: xml.Name{Local: "a"}})}
			if err, _ := aroundEncoder(reflect.ValueOf(item{}.MarshalXML).Call, in)[0].Interface().(error); err != errUnknown {
				t.Errorf("got error %v, want %v", err, errUnknown)
			}
		})
	}
}
