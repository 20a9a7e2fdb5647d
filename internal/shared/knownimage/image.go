//go:build go1.22

// Package knownimage carries images: see package codec. The images of package image are
// copied in one piece. Others are asked for their colours, a row at a time.
package knownimage

import (
	"fmt"
	"image"
	"image/color"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func init() { codec.RegisterCopied(pack, unpack) }

// A picture is the surrogate of an image.Image: the one field that is not nil.
type picture struct {
	RGBA     *image.RGBA
	RGBA64   *image.RGBA64
	NRGBA    *image.NRGBA
	NRGBA64  *image.NRGBA64
	Alpha    *image.Alpha
	Alpha16  *image.Alpha16
	Gray     *image.Gray
	Gray16   *image.Gray16
	CMYK     *image.CMYK
	YCbCr    *image.YCbCr
	NYCbCrA  *image.NYCbCrA
	Paletted *paletted
	Uniform  *color.RGBA64
	Other    *other
}

// A paletted is an *image.Paletted.
type paletted struct {
	Pix     []uint8
	Stride  int
	Rect    image.Rectangle
	Palette []colour
}

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

// An other is an image of a type of its own.
type other struct {
	Bounds image.Rectangle
	Row    func(y int) []color.RGBA64
}

// maxPixels bounds the size of such images: some claim to have all the pixels that there are.
const maxPixels = 1 << 28

func pack(i image.Image) (p picture) {
	switch i := i.(type) {
	case *image.RGBA:
		p.RGBA = i
	case *image.RGBA64:
		p.RGBA64 = i
	case *image.NRGBA:
		p.NRGBA = i
	case *image.NRGBA64:
		p.NRGBA64 = i
	case *image.Alpha:
		p.Alpha = i
	case *image.Alpha16:
		p.Alpha16 = i
	case *image.Gray:
		p.Gray = i
	case *image.Gray16:
		p.Gray16 = i
	case *image.CMYK:
		p.CMYK = i
	case *image.YCbCr:
		p.YCbCr = i
	case *image.NYCbCrA:
		p.NYCbCrA = i
	case *image.Paletted:
		p.Paletted = &paletted{Pix: i.Pix, Stride: i.Stride, Rect: i.Rect}
		for _, c := range i.Palette {
			p.Paletted.Palette = append(p.Paletted.Palette, packColour(c))
		}
	case *image.Uniform:
		c := color.RGBA64Model.Convert(i.C).(color.RGBA64)
		p.Uniform = &c
	default:
		bounds := i.Bounds()
		if int64(bounds.Dx())*int64(bounds.Dy()) > maxPixels {
			panic(&wire.EncodeError{Reason: fmt.Sprintf("an image of type %T and %d by %d pixels is too large to be copied", i, bounds.Dx(), bounds.Dy())})
		}
		p.Other = &other{Bounds: bounds, Row: func(y int) []color.RGBA64 {
			row := make([]color.RGBA64, bounds.Dx())
			for x := range row {
				row[x] = color.RGBA64Model.Convert(i.At(bounds.Min.X+x, y)).(color.RGBA64)
			}
			return row
		}}
	}
	return p
}

func unpack(p picture) image.Image {
	switch {
	case p.RGBA != nil:
		return p.RGBA
	case p.RGBA64 != nil:
		return p.RGBA64
	case p.NRGBA != nil:
		return p.NRGBA
	case p.NRGBA64 != nil:
		return p.NRGBA64
	case p.Alpha != nil:
		return p.Alpha
	case p.Alpha16 != nil:
		return p.Alpha16
	case p.Gray != nil:
		return p.Gray
	case p.Gray16 != nil:
		return p.Gray16
	case p.CMYK != nil:
		return p.CMYK
	case p.YCbCr != nil:
		return p.YCbCr
	case p.NYCbCrA != nil:
		return p.NYCbCrA
	case p.Paletted != nil:
		i := &image.Paletted{Pix: p.Paletted.Pix, Stride: p.Paletted.Stride, Rect: p.Paletted.Rect}
		for _, c := range p.Paletted.Palette {
			i.Palette = append(i.Palette, unpackColour(c))
		}
		return i
	case p.Uniform != nil:
		return image.NewUniform(*p.Uniform)
	case p.Other != nil:
		return read(p.Other)
	}
	return nil
}

// read copies an image of the other side's.
func read(o *other) image.Image {
	i := image.NewRGBA64(o.Bounds)
	for y := o.Bounds.Min.Y; y < o.Bounds.Max.Y; y++ {
		for x, c := range o.Row(y) {
			i.SetRGBA64(o.Bounds.Min.X+x, y, c)
		}
	}
	return i
}
