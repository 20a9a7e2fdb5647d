//go:build go1.22

// Package knownimage registers the known types for images: see package codec. The images of
// package image are copied in one piece, and so are other images that have the colour model of
// one. The colours of the rest are read row by row.
package knownimage

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func init() { codec.RegisterCopied(pack, unpack) }

// A picture is the surrogate of an image.Image.
type picture struct {
	Kind    uint8
	Bounds  [4]int // Min.X, Min.Y, Max.X, Max.Y
	Pix     []uint8
	Stride  int
	Palette []colour // of a paletted image; of a uniform one its colour

	// Of images in Y'CbCr, whose Y is in Pix.
	Cb, Cr, A        []uint8
	CStride, AStride int
	Ratio            int

	Row func(y int) []uint16 // of other images: red, green, blue and alpha, one by one
}

// The kinds of pictures.
const (
	otherKind = iota
	rgbaKind
	rgba64Kind
	nrgbaKind
	nrgba64Kind
	alphaKind
	alpha16Kind
	grayKind
	gray16Kind
	cmykKind
	palettedKind
	uniformKind
	ycbcrKind
	nycbcraKind
)

// maxPixels bounds the size of images whose type is not one of package image: the bounds of
// some are as large as integers allow.
const maxPixels = 1 << 28

func pack(i image.Image) (p picture) {
	flat := func(kind uint8, r image.Rectangle, pix []uint8, stride int) {
		p = picture{Kind: kind, Bounds: [4]int{r.Min.X, r.Min.Y, r.Max.X, r.Max.Y}, Pix: pix, Stride: stride}
	}
	ycbcr := func(kind uint8, i *image.YCbCr) {
		flat(kind, i.Rect, i.Y, i.YStride)
		p.Cb, p.Cr, p.CStride, p.Ratio = i.Cb, i.Cr, i.CStride, int(i.SubsampleRatio)
	}
	switch i := i.(type) {
	case *image.RGBA:
		flat(rgbaKind, i.Rect, i.Pix, i.Stride)
	case *image.RGBA64:
		flat(rgba64Kind, i.Rect, i.Pix, i.Stride)
	case *image.NRGBA:
		flat(nrgbaKind, i.Rect, i.Pix, i.Stride)
	case *image.NRGBA64:
		flat(nrgba64Kind, i.Rect, i.Pix, i.Stride)
	case *image.Alpha:
		flat(alphaKind, i.Rect, i.Pix, i.Stride)
	case *image.Alpha16:
		flat(alpha16Kind, i.Rect, i.Pix, i.Stride)
	case *image.Gray:
		flat(grayKind, i.Rect, i.Pix, i.Stride)
	case *image.Gray16:
		flat(gray16Kind, i.Rect, i.Pix, i.Stride)
	case *image.CMYK:
		flat(cmykKind, i.Rect, i.Pix, i.Stride)
	case *image.Paletted:
		flat(palettedKind, i.Rect, i.Pix, i.Stride)
		for _, c := range i.Palette {
			p.Palette = append(p.Palette, packColour(c))
		}
	case *image.Uniform:
		p = picture{Kind: uniformKind, Palette: []colour{packColour(i.C)}}
	case *image.YCbCr:
		ycbcr(ycbcrKind, i)
	case *image.NYCbCrA:
		ycbcr(nycbcraKind, &i.YCbCr)
		p.A, p.AStride = i.A, i.AStride
	default:
		checkSize(i)
		if same := withColours(i); same != nil {
			return pack(same)
		}
		packOther(&p, i)
	}
	return p
}

// withColours returns a copy of an image as one of package image with the same colour model, nil
// if there is none.
func withColours(i image.Image) image.Image {
	var to draw.Image
	b := i.Bounds()
	switch model := i.ColorModel(); model {
	case color.RGBAModel:
		to = image.NewRGBA(b)
	case color.NRGBAModel:
		to = image.NewNRGBA(b)
	case color.NRGBA64Model:
		to = image.NewNRGBA64(b)
	case color.AlphaModel:
		to = image.NewAlpha(b)
	case color.Alpha16Model:
		to = image.NewAlpha16(b)
	case color.GrayModel:
		to = image.NewGray(b)
	case color.Gray16Model:
		to = image.NewGray16(b)
	case color.CMYKModel:
		to = image.NewCMYK(b)
	default:
		palette, ok := model.(color.Palette)
		if !ok || len(palette) > 256 {
			return nil
		}
		to = image.NewPaletted(b, palette)
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			to.Set(x, y, i.At(x, y))
		}
	}
	return to
}

func checkSize(i image.Image) {
	if b := i.Bounds(); int64(b.Dx())*int64(b.Dy()) > maxPixels {
		panic(&wire.EncodeError{Reason: fmt.Sprintf("an image of type %T and %d by %d pixels is too large to be copied", i, b.Dx(), b.Dy())})
	}
}

func packOther(p *picture, i image.Image) {
	b := i.Bounds()
	p.Bounds = [4]int{b.Min.X, b.Min.Y, b.Max.X, b.Max.Y}
	p.Row = func(y int) []uint16 {
		row := make([]uint16, 0, 4*b.Dx())
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.RGBA64Model.Convert(i.At(x, y)).(color.RGBA64)
			row = append(row, c.R, c.G, c.B, c.A)
		}
		return row
	}
}

func unpack(p picture) image.Image {
	r := image.Rectangle{Min: image.Point{X: p.Bounds[0], Y: p.Bounds[1]}, Max: image.Point{X: p.Bounds[2], Y: p.Bounds[3]}}
	ycbcr := func() image.YCbCr {
		return image.YCbCr{Y: p.Pix, Cb: p.Cb, Cr: p.Cr, YStride: p.Stride, CStride: p.CStride, SubsampleRatio: image.YCbCrSubsampleRatio(p.Ratio), Rect: r}
	}
	switch p.Kind {
	case rgbaKind:
		return &image.RGBA{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case rgba64Kind:
		return &image.RGBA64{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case nrgbaKind:
		return &image.NRGBA{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case nrgba64Kind:
		return &image.NRGBA64{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case alphaKind:
		return &image.Alpha{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case alpha16Kind:
		return &image.Alpha16{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case grayKind:
		return &image.Gray{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case gray16Kind:
		return &image.Gray16{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case cmykKind:
		return &image.CMYK{Pix: p.Pix, Stride: p.Stride, Rect: r}
	case palettedKind:
		i := &image.Paletted{Pix: p.Pix, Stride: p.Stride, Rect: r}
		for _, c := range p.Palette {
			i.Palette = append(i.Palette, unpackColour(c))
		}
		return i
	case uniformKind:
		return image.NewUniform(unpackColour(p.Palette[0]))
	case ycbcrKind:
		i := ycbcr()
		return &i
	case nycbcraKind:
		return &image.NYCbCrA{YCbCr: ycbcr(), A: p.A, AStride: p.AStride}
	}
	return read(p, r)
}

// read copies an image whose type only the other side has.
func read(p picture, r image.Rectangle) image.Image {
	i := image.NewRGBA64(r)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := p.Row(y)
		for x := r.Min.X; x < r.Max.X && len(row) >= 4; x++ {
			i.SetRGBA64(x, y, color.RGBA64{R: row[0], G: row[1], B: row[2], A: row[3]})
			row = row[4:]
		}
	}
	return i
}
