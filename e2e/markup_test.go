package e2e

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An angle writes itself as XML.
type angle struct{ Degrees, Minutes int }

func (a angle) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if a.Degrees < 0 {
		return errors.New("a negative angle")
	}
	start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: "unit"}, Value: "d<m"})
	return e.EncodeElement(struct {
		D int    `xml:"d"`
		M int    `xml:"m"`
		T string `xml:",comment"`
		N struct {
			Text string `xml:",cdata"`
		} `xml:"n"`
	}{D: a.Degrees, M: a.Minutes, T: " exact ", N: struct {
		Text string `xml:",cdata"`
	}{"<raw>"}}, start)
}

func (a *angle) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var v struct {
		D    int    `xml:"d"`
		M    int    `xml:"urn:minutes m"`
		Unit string `xml:"unit,attr"`
	}
	if err := d.DecodeElement(&v, &start); err != nil {
		return err
	}
	if v.Unit == "" {
		return errors.New("an angle without a unit")
	}
	*a = angle{v.D, v.M}
	return nil
}

// A tone writes itself as an attribute, and by tokens as an element.
type tone struct{ Name string }

func (c tone) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: xml.Name{Local: name.Local + "-tone"}, Value: c.Name}, nil
}
func (c *tone) UnmarshalXMLAttr(a xml.Attr) error {
	c.Name = a.Name.Local + "=" + a.Value
	return nil
}
func (c tone) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	for _, t := range []xml.Token{
		xml.StartElement{Name: xml.Name{Space: "urn:tone", Local: "tone"}}, xml.CharData("\t" + c.Name), xml.EndElement{Name: xml.Name{Space: "urn:tone", Local: "tone"}},
		xml.Comment("two"), start, xml.ProcInst{Target: "go", Inst: []byte("fmt")}, start.End(),
	} {
		if err := e.EncodeToken(t); err != nil {
			return err
		}
	}
	return nil
}

// An open writes an element that it does not close.
type unclosed struct{}

func (unclosed) MarshalXML(e *xml.Encoder, start xml.StartElement) error { return e.EncodeToken(start) }

// A verbatim decodes to a text as it stands in the document.
type verbatim struct{ Text string }

func (v *verbatim) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var to struct {
		Text string `xml:",innerxml"`
	}
	err := d.DecodeElement(&to, &start)
	v.Text = to.Text
	return err
}

// Values of the host behind any are encoded as XML in the plugin as they are in the host.
func TestEncodeXML(t *testing.T) {
	p := known(t)
	direct := func(v any, prefix, indent string) (string, error) {
		var b strings.Builder
		e := xml.NewEncoder(&b)
		e.Indent(prefix, indent)
		err := e.Encode(struct {
			XMLName xml.Name `xml:"doc"`
			First   any      `xml:"first"`
			Between string   `xml:"between"`
			Second  any
			Of      any `xml:"of,attr,omitempty"`
		}{First: v, Between: "<&>", Second: v})
		return b.String(), err
	}
	for name, v := range map[string]any{
		"element": angle{3, 4}, "pointer": &angle{5, 6}, "fails": angle{Degrees: -1}, "tokens": tone{"red"}, "unclosed": unclosed{},
		"list": []angle{{1, 2}, {3, 4}}, "field": struct{ A angle }{angle{7, 8}}, "no methods": struct{ A int }{5},
		"long": []angle{99: {1, 2}},
	} {
		for _, layout := range [][2]string{{"", ""}, {"", "  "}, {"> ", "\t"}} {
			t.Run(fmt.Sprintf("%s %q", name, layout), func(t *testing.T) {
				want, failure := direct(v, layout[0], layout[1])
				results, err := p.Call(context.Background(), "ToXML", v, layout[0], layout[1])
				switch {
				case failure != nil:
					if err == nil || !strings.Contains(failure.Error(), strings.TrimPrefix(err.Error(), "xml: ")) && !strings.Contains(err.Error(), "not closed") {
						t.Errorf("got %v, %v, want error %v", results, err, failure)
					}
				case err != nil:
					t.Errorf("got error %v, want\n%s", err, want)
				default:
					if diff := cmp.Diff(want, results[0]); diff != "" {
						t.Errorf("got (+), want (-):\n%s", diff)
					}
				}
			})
		}
	}
	for name, v := range map[string]any{"attribute": tone{"red"}, "attribute of a pointer": &tone{"blue"}} {
		t.Run(name, func(t *testing.T) {
			want, _ := xml.Marshal(struct {
				XMLName xml.Name `xml:"doc"`
				Of      any      `xml:"of,attr"`
			}{Of: v})
			if got := call(t, p, "ToXMLAttr", v)[0]; got != string(want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	t.Run("alone", func(t *testing.T) {
		want, _ := xml.Marshal(angle{1, 2})
		if got := call(t, p, "ToXMLAlone", angle{1, 2})[0]; got != string(want) {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// Pointers of the host behind any are decoded to in the plugin as they are in the host.
func TestDecodeXML(t *testing.T) {
	p := known(t)
	decode := func(t *testing.T, v any, text string) error {
		t.Helper()
		_, err := p.Call(context.Background(), "FromXML", v, text)
		return err
	}
	tests := []struct{ name, text string }{
		{"element", `<doc><a unit="x"><d>1</d><!-- c --><m xmlns="urn:minutes">2</m></a></doc>`},
		{"prefixes", `<doc xmlns:q="urn:minutes"><q:a unit="x" xmlns:r="urn:r" r:unit="y"><r:d/><d>1</d><q:m>2</q:m></q:a></doc>`},
		{"default space", `<doc xmlns="urn:minutes"><a unit="x"><m>2</m><e xmlns=""><m>3</m></e></a></doc>`},
		{"fails", `<doc><a><d>1</d></a></doc>`},
		{"wrong number", `<doc><a unit="x"><d>one</d></a></doc>`},
		{"syntax", `<doc><a unit="x"><d>1</a></doc>`},
		{"ends", `<doc><a unit="x"><d>1`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got, want angle
			d := xml.NewDecoder(strings.NewReader(test.text))
			_, _ = d.Token()
			failure := d.Decode(&want)
			err := decode(t, &got, test.text)
			if (err == nil) != (failure == nil) || err != nil && !strings.Contains(err.Error(), failure.Error()) || got != want {
				t.Errorf("got %v, %v, want %v, %v", got, err, want, failure)
			}
		})
	}
	t.Run("attribute", func(t *testing.T) {
		var got struct {
			C tone `xml:"c,attr"`
		}
		if err := decode(t, &got, `<doc><a c="red"></a></doc>`); err != nil || got.C.Name != "c=red" {
			t.Errorf("got %v, %v, want c=red", got, err)
		}
	})
	t.Run("verbatim", func(t *testing.T) {
		if err := decode(t, new(verbatim), `<doc><a>1<b/></a></doc>`); err == nil || !strings.Contains(err.Error(), "innerxml") {
			t.Errorf("got error %v, want one that names innerxml", err)
		}
	})
	t.Run("clash", func(t *testing.T) {
		if err := decode(t, new(angle), `<doc><a xmlns:b="c" unit="x"><e xmlns:c="d"><b:d>1</b:d></e></a></doc>`); err == nil || !strings.Contains(err.Error(), "prefix") {
			t.Errorf("got error %v, want one that names the prefix", err)
		}
	})
}
