package known

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"io"
	"net/http"
	"strings"
	"testing/fstest"
)

// A Framed is an image by an embedded pointer.
type Framed struct {
	*image.RGBA
	Title string
}

// NewFramed returns an image with one red point.
func NewFramed() *Framed {
	f := &Framed{image.NewRGBA(image.Rect(0, 0, 2, 1)), "framed"}
	f.Set(1, 0, color.RGBA{255, 0, 0, 255})
	return f
}

// A Wrapped is an image by an embedded interface, with bounds of its own.
type Wrapped struct {
	image.Image
	title string
}

// Bounds hides those of the image.
func (w Wrapped) Bounds() image.Rectangle { return image.Rect(1, 0, 2, 1) }

// NewWrapped returns a part of an image.
func NewWrapped() any { return Wrapped{NewFramed(), "wrapped"} }

// A Site is a handler by an embedded pointer.
type Site struct {
	*http.ServeMux
	Name string
}

// NewSite returns a handler.
func NewSite() *Site {
	s := &Site{http.NewServeMux(), "site"}
	s.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, s.Name, r.URL.Path) })
	return s
}

// A Journal is a reader and a writer by an embedded struct.
type Journal struct {
	bytes.Buffer
	Lines int
}

// NewJournal returns a log.
func NewJournal() *Journal { return &Journal{Lines: 1} }

// Bundle are a file system by an embedded map.
type Bundle struct{ fstest.MapFS }

// NewBundle returns a file system.
func NewBundle() *Bundle {
	return &Bundle{fstest.MapFS{"a.txt": {Data: []byte("text")}}}
}

// A Report has texts that are being made.
type Report struct {
	Title string
	Body  strings.Builder
	Raw   bytes.Buffer
}

// NewReport returns a report.
func NewReport(title string) *Report {
	r := &Report{Title: title}
	r.Body.WriteString("body of " + title)
	r.Raw.WriteString("raw")
	return r
}

// ReportText returns the text of a report.
func ReportText(r *Report) string {
	return fmt.Sprintf("%s %q %q", r.Title, r.Body.String(), r.Raw.String())
}

// Extend writes more to a report.
func Extend(r *Report) string {
	r.Body.WriteString("+more")
	io.WriteString(&r.Raw, "+raw")
	return ReportText(r)
}

// Markup returns a value as XML.
func Markup(v any) (string, error) {
	b, err := xml.Marshal(v)
	return string(b), err
}
