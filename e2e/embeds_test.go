package e2e

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// An object is what its embedded fields make it, too.
func TestAsByPromotedMethods(t *testing.T) {
	p := known(t)
	object := func(function string) *winplugin.Object { return call(t, p, function)[0].(*winplugin.Object) }
	for _, test := range []struct {
		name string
		use  func() (string, error)
		want string
	}{
		{"image.Image of an embedded pointer", func() (string, error) {
			i, err := winplugin.As[image.Image](object("NewFramed"))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(i.Bounds(), color.RGBAModel.Convert(i.At(1, 0))), nil
		}, "(0,0)-(2,1) {255 0 0 255}"},
		{"image.Image of an embedded interface", func() (string, error) {
			i, err := winplugin.As[image.Image](object("NewWrapped"))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(i.Bounds(), color.RGBAModel.Convert(i.At(1, 0))), nil
		}, "(1,0)-(2,1) {255 0 0 255}"},
		{"http.Handler", func() (string, error) {
			h, err := winplugin.As[http.Handler](object("NewSite"))
			if err != nil {
				return "", err
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
			return w.Body.String(), nil
		}, "site/x"},
		{"io.ReadWriter", func() (string, error) {
			rw, err := winplugin.As[io.ReadWriter](object("NewJournal"))
			if err != nil {
				return "", err
			}
			if _, err := io.WriteString(rw, "line"); err != nil {
				return "", err
			}
			b, err := io.ReadAll(rw)
			return string(b), err
		}, "line"},
		{"fs.FS", func() (string, error) {
			files, err := winplugin.As[fs.FS](object("NewBundle"))
			if err != nil {
				return "", err
			}
			b, err := fs.ReadFile(files, "a.txt")
			return string(b), err
		}, "text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := test.use(); err != nil || got != test.want {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}
