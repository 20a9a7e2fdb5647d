package known

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// ToXML encodes a value as XML, within an element.
func ToXML(v any, prefix, indent string) (string, error) {
	var b bytes.Buffer
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

// ToXMLAttr encodes a value as an attribute.
func ToXMLAttr(v any) (string, error) {
	b, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"doc"`
		Of      any      `xml:"of,attr"`
	}{Of: v})
	return string(b), err
}

// ToXMLAlone encodes a value as XML.
func ToXMLAlone(v any) (string, error) {
	b, err := xml.Marshal(v)
	return string(b), err
}

// FromXML decodes the last element of a document to what v points to.
func FromXML(v any, text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if s, ok := t.(xml.StartElement); ok && s.Name.Local != "doc" {
			if err := d.DecodeElement(v, &s); err != nil {
				return err
			}
		}
	}
}
