//go:build go1.22

package knownimage

import "image/color"

// A colour is a color.Color: one of package image/color's by its number, with its values.
type colour struct {
	Kind   uint8
	Values [4]uint16
}

const (
	rgba64 = iota
	rgba
	nrgba
	nrgba64
	gray
	gray16
)

func packColour(c color.Color) colour {
	switch c := c.(type) {
	case color.RGBA:
		return colour{rgba, [4]uint16{uint16(c.R), uint16(c.G), uint16(c.B), uint16(c.A)}}
	case color.NRGBA:
		return colour{nrgba, [4]uint16{uint16(c.R), uint16(c.G), uint16(c.B), uint16(c.A)}}
	case color.NRGBA64:
		return colour{nrgba64, [4]uint16{c.R, c.G, c.B, c.A}}
	case color.Gray:
		return colour{gray, [4]uint16{uint16(c.Y)}}
	case color.Gray16:
		return colour{gray16, [4]uint16{c.Y}}
	}
	c64 := color.RGBA64Model.Convert(c).(color.RGBA64)
	return colour{rgba64, [4]uint16{c64.R, c64.G, c64.B, c64.A}}
}

func unpackColour(c colour) color.Color {
	v := c.Values
	switch c.Kind {
	case rgba:
		return color.RGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), uint8(v[3])}
	case nrgba:
		return color.NRGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), uint8(v[3])}
	case nrgba64:
		return color.NRGBA64{v[0], v[1], v[2], v[3]}
	case gray:
		return color.Gray{uint8(v[0])}
	case gray16:
		return color.Gray16{v[0]}
	}
	return color.RGBA64{v[0], v[1], v[2], v[3]}
}
