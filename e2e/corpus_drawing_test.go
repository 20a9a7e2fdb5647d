package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["gofpdf"] = twin{path: "github.com/jung-kurt/gofpdf", run: gofpdfTwin}
	twins["gg"] = twin{path: "github.com/fogleman/gg", run: ggTwin}
	twins["imaging"] = twin{path: "github.com/disintegration/imaging", run: imagingTwin}
	twins["excelize"] = twin{path: "github.com/xuri/excelize/v2", run: excelizeTwin}
}

// checks is an image of the host's.
type checks struct{}

func (checks) ColorModel() color.Model { return color.GrayModel }
func (checks) Bounds() image.Rectangle { return image.Rect(0, 0, 4, 4) }
func (checks) At(x, y int) color.Color { return color.Gray{uint8((x + y) % 2 * 255)} }

func gofpdfTwin(r *corpusRun) {
	newPDF := func() any { return r.do("New", "P", "mm", "A4", "") }
	r.step("text", func() any {
		var b bytes.Buffer
		p := newPDF()
		on(p, "AddPage")
		on(p, "SetFont", "Arial", "B", 16)
		on(p, "Cell", 40, 10, "Hello")
		_, err := tryOn(p, "Output", &b)
		return fmt.Sprint(strings.HasPrefix(b.String(), "%PDF-1.3"), b.Len() > 500, on(p, "PageCount"), err)
	})
	r.step("width", func() any {
		p := newPDF()
		on(p, "SetFont", "Helvetica", "", 12)
		size := on(p, "GetPageSize").([]any)
		return fmt.Sprintf("%.2f %.2f %.2f %v", on(p, "GetStringWidth", "Hello"), size[0], size[1], on(p, "SplitText", "a b c", 6))
	})
	r.step("error", func() any {
		p := newPDF()
		on(p, "AddPage")
		on(p, "SetFont", "Nope", "", 12)
		ok := on(p, "Ok")
		_, err := tryOn(p, "Error")
		return fmt.Sprint(ok, err)
	})
	r.step("header", func() any {
		n, p := 0, newPDF()
		on(p, "SetHeaderFunc", func() { n++ })
		on(p, "AddPage")
		on(p, "AddPage")
		return n
	})
	r.step("custom", func() any {
		p := r.do("NewCustom", map[string]any{"UnitStr": "pt", "Size": map[string]any{"Wd": 100, "Ht": 200}})
		on(p, "AddPage")
		size := on(p, "GetPageSize").([]any)
		return fmt.Sprint(size[0], size[1], on(p, "GetX"))
	})
}

func ggTwin(r *corpusRun) {
	at := func(c any, x, y int) color.Color { return asA[image.Image](on(c, "Image")).At(x, y) }
	r.step("draw", func() any {
		c := r.do("NewContext", 20, 20)
		on(c, "SetRGB", 1, 0, 0)
		on(c, "DrawRectangle", 0, 0, 10, 10)
		on(c, "Fill")
		return fmt.Sprint(at(c, 5, 5), at(c, 15, 15), on(c, "Width"))
	})
	r.step("png", func() any {
		var b bytes.Buffer
		c := r.do("NewContext", 8, 4)
		on(c, "SetHexColor", "#00ff00")
		on(c, "Clear")
		_, err := tryOn(c, "EncodePNG", &b)
		i := must(png.Decode(&b))
		return fmt.Sprint(i.Bounds(), i.At(1, 1), err)
	})
	r.step("image", func() any {
		c := r.do("NewContextForImage", checks{})
		return fmt.Sprint(at(c, 1, 0), at(c, 0, 0))
	})
	r.step("matrix", func() any {
		m := on(r.do("Translate", 1, 2), "Scale", 2, 3)
		return fmt.Sprint(on(m, "TransformPoint", 10, 20).([]any)...)
	})
	r.step("point", func() any {
		return fmt.Sprint(on(r.make("Point", map[string]any{"X": 1, "Y": 2}), "Distance", map[string]any{"X": 4, "Y": 6}), r.do("Radians", 180))
	})
	r.step("pattern", func() any {
		c := r.do("NewContext", 4, 4)
		on(c, "SetFillStyle", r.do("NewSolidPattern", color.RGBA{1, 2, 3, 255}))
		on(c, "DrawRectangle", 0, 0, 4, 4)
		on(c, "Fill")
		return at(c, 1, 1)
	})
}

func imagingTwin(r *corpusRun) {
	picture := func(function string, args ...any) image.Image { return asA[image.Image](r.do(function, args...)) }
	r.step("resize", func() any {
		return picture("Resize", checks{}, 8, 0, variableOf[*winplugin.Object](r, "Lanczos")).Bounds()
	})
	r.step("new", func() any {
		i := picture("New", 2, 2, color.NRGBA{1, 2, 3, 255})
		return fmt.Sprint(i.At(0, 0), len(i.(*image.NRGBA).Pix))
	})
	r.step("rotate", func() any { return fmt.Sprint(picture("Rotate90", picture("New", 4, 2, color.White)).Bounds()) })
	r.step("invert", func() any { return picture("Invert", checks{}).At(1, 0) })
	r.step("encode", func() any {
		var b bytes.Buffer
		_, err := r.try("Encode", &b, checks{}, r.constant("PNG"))
		i := picture("Decode", &b)
		return fmt.Sprint(i.Bounds(), i.At(1, 0), err)
	})
	r.step("adjust", func() any {
		return picture("AdjustFunc", checks{}, func(c color.NRGBA) color.NRGBA { c.R = 9; return c }).At(0, 0)
	})
	r.step("format", func() any {
		f, err := r.try("FormatFromFilename", "a.jpg")
		_, bad := r.try("FormatFromExtension", "x")
		return fmt.Sprint(f, err, bad)
	})
}

func excelizeTwin(r *corpusRun) {
	set := func(f any, cell string, v any) { on(f, "SetCellValue", "Sheet1", cell, v) }
	r.step("cells", func() any {
		f := r.do("NewFile")
		defer on(f, "Close")
		set(f, "A1", 42)
		set(f, "B1", "x")
		return fmt.Sprint(on(f, "GetCellValue", "Sheet1", "A1"), on(f, "GetRows", "Sheet1"), on(f, "GetSheetList"))
	})
	r.step("formula", func() any {
		f := r.do("NewFile")
		defer on(f, "Close")
		on(f, "SetCellFormula", "Sheet1", "A1", "SUM(1,2)")
		return on(f, "CalcCellValue", "Sheet1", "A1")
	})
	r.step("roundtrip", func() any {
		f := r.do("NewFile")
		n := on(f, "NewSheet", "Data")
		on(f, "SetSheetRow", "Data", "A1", &[]any{"a", 1, true, nil, 2.5})
		g := r.do("OpenReader", on(f, "WriteToBuffer"))
		return fmt.Sprint(n, on(g, "GetRows", "Data"))
	})
	r.step("style", func() any {
		f := r.do("NewFile")
		id, err := tryOn(f, "NewStyle", map[string]any{"Font": map[string]any{"Bold": true, "Color": "FF0000"}})
		_, set := tryOn(f, "SetCellStyle", "Sheet1", "A1", "B2", id)
		return fmt.Sprint(id, err, set, field(on(f, "GetStyle", id), "Font", "Bold"))
	})
	r.step("bad", func() any { _, err := tryOn(r.do("NewFile"), "GetCellValue", "Nope", "A1"); return err })
	r.step("names", func() any { name, err := r.try("CoordinatesToCellName", 3, 7); return fmt.Sprint(name, err) })
}
