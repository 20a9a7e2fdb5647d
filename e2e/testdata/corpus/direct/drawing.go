package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/disintegration/imaging"
	"github.com/fogleman/gg"
	"github.com/jung-kurt/gofpdf"
	"github.com/xuri/excelize/v2"

	. "example.com/corpus/steps"
)

// checks is an image of its own.
type checks struct{}

func (checks) ColorModel() color.Model { return color.GrayModel }
func (checks) Bounds() image.Rectangle { return image.Rect(0, 0, 4, 4) }
func (checks) At(x, y int) color.Color { return color.Gray{uint8((x + y) % 2 * 255)} }

func init() {
	Case("gofpdf", func() {
		Step("text", func() any {
			var b bytes.Buffer
			p := gofpdf.New("P", "mm", "A4", "")
			p.AddPage()
			p.SetFont("Arial", "B", 16)
			p.Cell(40, 10, "Hello")
			err := p.Output(&b)
			return fmt.Sprint(strings.HasPrefix(b.String(), "%PDF-1.3"), b.Len() > 500, p.PageCount(), err)
		})
		Step("width", func() any {
			p := gofpdf.New("P", "mm", "A4", "")
			p.SetFont("Helvetica", "", 12)
			w, h := p.GetPageSize()
			return fmt.Sprintf("%.2f %.2f %.2f %v", p.GetStringWidth("Hello"), w, h, p.SplitText("a b c", 6))
		})
		Step("error", func() any {
			p := gofpdf.New("P", "mm", "A4", "")
			p.AddPage()
			p.SetFont("Nope", "", 12)
			return fmt.Sprint(p.Ok(), p.Error())
		})
		Step("header", func() any {
			n := 0
			p := gofpdf.New("P", "mm", "A4", "")
			p.SetHeaderFunc(func() { n++ })
			p.AddPage()
			p.AddPage()
			return n
		})
		Step("custom", func() any {
			p := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "pt", Size: gofpdf.SizeType{Wd: 100, Ht: 200}})
			p.AddPage()
			w, h := p.GetPageSize()
			return fmt.Sprint(w, h, p.GetX())
		})
	})
	Case("gg", func() {
		Step("draw", func() any {
			c := gg.NewContext(20, 20)
			c.SetRGB(1, 0, 0)
			c.DrawRectangle(0, 0, 10, 10)
			c.Fill()
			return fmt.Sprint(c.Image().At(5, 5), c.Image().At(15, 15), c.Width())
		})
		Step("png", func() any {
			var b bytes.Buffer
			c := gg.NewContext(8, 4)
			c.SetHexColor("#00ff00")
			c.Clear()
			err := c.EncodePNG(&b)
			i := Must(png.Decode(&b))
			return fmt.Sprint(i.Bounds(), i.At(1, 1), err)
		})
		Step("image", func() any {
			c := gg.NewContextForImage(checks{})
			return fmt.Sprint(c.Image().At(1, 0), c.Image().At(0, 0))
		})
		Step("matrix", func() any { x, y := gg.Translate(1, 2).Scale(2, 3).TransformPoint(10, 20); return fmt.Sprint(x, y) })
		Step("point", func() any { return fmt.Sprint(gg.Point{X: 1, Y: 2}.Distance(gg.Point{X: 4, Y: 6}), gg.Radians(180)) })
		Step("pattern", func() any {
			c := gg.NewContext(4, 4)
			c.SetFillStyle(gg.NewSolidPattern(color.RGBA{1, 2, 3, 255}))
			c.DrawRectangle(0, 0, 4, 4)
			c.Fill()
			return c.Image().At(1, 1)
		})
	})
	Case("imaging", func() {
		Step("resize", func() any { return imaging.Resize(checks{}, 8, 0, imaging.Lanczos).Bounds() })
		Step("new", func() any {
			i := imaging.New(2, 2, color.NRGBA{1, 2, 3, 255})
			return fmt.Sprint(i.At(0, 0), len(i.Pix))
		})
		Step("rotate", func() any { return fmt.Sprint(imaging.Rotate90(imaging.New(4, 2, color.White)).Bounds()) })
		Step("invert", func() any { return imaging.Invert(checks{}).At(1, 0) })
		Step("encode", func() any {
			var b bytes.Buffer
			err := imaging.Encode(&b, checks{}, imaging.PNG)
			i := Must(imaging.Decode(&b))
			return fmt.Sprint(i.Bounds(), i.At(1, 0), err)
		})
		Step("adjust", func() any {
			return imaging.AdjustFunc(checks{}, func(c color.NRGBA) color.NRGBA { c.R = 9; return c }).At(0, 0)
		})
		Step("format", func() any {
			f, err := imaging.FormatFromFilename("a.jpg")
			_, bad := imaging.FormatFromExtension("x")
			return fmt.Sprint(f, err, bad)
		})
	})
	Case("excelize", func() {
		Step("cells", func() any {
			f := excelize.NewFile()
			defer f.Close()
			f.SetCellValue("Sheet1", "A1", 42)
			f.SetCellValue("Sheet1", "B1", "x")
			return fmt.Sprint(Must(f.GetCellValue("Sheet1", "A1")), Must(f.GetRows("Sheet1")), f.GetSheetList())
		})
		Step("formula", func() any {
			f := excelize.NewFile()
			defer f.Close()
			f.SetCellFormula("Sheet1", "A1", "SUM(1,2)")
			return Must(f.CalcCellValue("Sheet1", "A1"))
		})
		Step("roundtrip", func() any {
			f := excelize.NewFile()
			n := Must(f.NewSheet("Data"))
			f.SetSheetRow("Data", "A1", &[]any{"a", 1, true, nil, 2.5})
			b := Must(f.WriteToBuffer())
			g := Must(excelize.OpenReader(b))
			return fmt.Sprint(n, Must(g.GetRows("Data")))
		})
		Step("style", func() any {
			f := excelize.NewFile()
			id, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "FF0000"}})
			return fmt.Sprint(id, err, f.SetCellStyle("Sheet1", "A1", "B2", id), Must(f.GetStyle(id)).Font.Bold)
		})
		Step("bad", func() any {
			_, err := excelize.NewFile().GetCellValue("Nope", "A1")
			return err
		})
		Step("names", func() any { return fmt.Sprint(excelize.CoordinatesToCellName(3, 7)) })
	})
}
