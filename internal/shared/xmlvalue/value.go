//go:build go1.22

// Package xmlvalue sends the parameters and results of the methods of package encoding/xml's
// interfaces: see package codec. It is a part of plugins that are built with encoding/xml, even
// if nothing that they export mentions it.
//
// A method of the host's value has an encoder or a decoder of its own in the host. What it
// writes to that encoder is written to the plugin's, and the decoder's tokens are the plugin's.
package xmlvalue

import (
	"encoding/xml"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSignature(packName, unpackName)
	codec.RegisterSignature(packAttr, unpackAttr)
	codec.RegisterSignature(packStart, unpackStart)
	codec.RegisterArgument(packEncoder, unpackEncoder, aroundEncoder)
	codec.RegisterArgument(packDecoder, unpackDecoder, aroundDecoder)
}

// A name is the surrogate of an xml.Name.
type name struct{ Space, Local string }

func packName(n xml.Name) name   { return name{n.Space, n.Local} }
func unpackName(n name) xml.Name { return xml.Name{Space: n.Space, Local: n.Local} }

// An attr is the surrogate of an xml.Attr.
type attr struct{ Space, Local, Value string }

func packAttr(a xml.Attr) attr { return attr{a.Name.Space, a.Name.Local, a.Value} }
func unpackAttr(a attr) xml.Attr {
	return xml.Attr{Name: xml.Name{Space: a.Space, Local: a.Local}, Value: a.Value}
}

// A start is the surrogate of an xml.StartElement.
type start struct {
	Space, Local string
	Attrs        []attr
}

func packStart(s xml.StartElement) start {
	to := start{Space: s.Name.Space, Local: s.Name.Local}
	for _, a := range s.Attr {
		to.Attrs = append(to.Attrs, packAttr(a))
	}
	return to
}

func unpackStart(s start) xml.StartElement {
	to := xml.StartElement{Name: xml.Name{Space: s.Space, Local: s.Local}}
	for _, a := range s.Attrs {
		to.Attr = append(to.Attr, unpackAttr(a))
	}
	return to
}
