package e2e

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash"
	"image"
	"image/color"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// An object is a value of the standard library's interfaces that its methods satisfy.
func TestAsInterfaces(t *testing.T) {
	p := known(t)
	object := func(function string, args ...any) *winplugin.Object {
		return call(t, p, function, args...)[0].(*winplugin.Object)
	}
	level := object("NewLevel", 3)
	tests := []struct {
		name string
		use  func() (string, error)
		want string
	}{
		{"hash.Hash", func() (string, error) {
			h, err := winplugin.As[hash.Hash](object("NewDigest"))
			if err != nil {
				return "", err
			}
			_, err = io.WriteString(h, "abc")
			return fmt.Sprintf("%x %d %d", h.Sum(nil), h.Size(), h.BlockSize()), err
		}, "352441c2 4 1"},
		{"hash.Hash32", func() (string, error) {
			h, err := winplugin.As[hash.Hash32](object("NewDigest"))
			if err != nil {
				return "", err
			}
			h.Write([]byte("abc"))
			sum := h.Sum32()
			h.Reset()
			return fmt.Sprintf("%x %x", sum, h.Sum32()), nil
		}, "352441c2 0"},
		{"encoding.TextMarshaler", func() (string, error) {
			m, err := winplugin.As[encoding.TextMarshaler](level)
			if err != nil {
				return "", err
			}
			b, err := m.MarshalText()
			return string(b), err
		}, "t3"},
		{"encoding.BinaryMarshaler", func() (string, error) {
			m, err := winplugin.As[encoding.BinaryMarshaler](level)
			if err != nil {
				return "", err
			}
			b, err := m.MarshalBinary()
			return string(b), err
		}, "b3"},
		{"json.Marshaler", func() (string, error) {
			m, err := winplugin.As[json.Marshaler](level)
			if err != nil {
				return "", err
			}
			b, err := json.Marshal(m)
			return string(b), err
		}, `{"level":3}`},
		{"encoding.TextUnmarshaler", func() (string, error) {
			l := object("NewLevel", 0)
			m, err := winplugin.As[encoding.TextUnmarshaler](l)
			if err != nil {
				return "", err
			}
			err = m.UnmarshalText([]byte("t4"))
			return l.String(), err
		}, "4"},
		{"encoding.BinaryUnmarshaler", func() (string, error) {
			l := object("NewLevel", 0)
			m, err := winplugin.As[encoding.BinaryUnmarshaler](l)
			if err != nil {
				return "", err
			}
			err = m.UnmarshalBinary([]byte("b5"))
			return l.String(), err
		}, "5"},
		{"json.Unmarshaler", func() (string, error) {
			l := object("NewLevel", 0)
			m, err := winplugin.As[json.Unmarshaler](l)
			if err != nil {
				return "", err
			}
			err = json.Unmarshal([]byte(`{"level":6}`), m)
			return l.String(), err
		}, "6"},
		{"flag.Value", func() (string, error) {
			l := object("NewLevel", 0)
			v, err := winplugin.As[flag.Value](l)
			if err != nil {
				return "", err
			}
			set := flag.NewFlagSet("test", flag.ContinueOnError)
			set.SetOutput(io.Discard)
			set.Var(v, "level", "the level")
			if err := set.Parse([]string{"-level", "x"}); err == nil {
				return "", errors.New("a level that is no number was taken")
			}
			err = set.Parse([]string{"-level", "7"})
			return l.String() + v.String(), err
		}, "77"},
		{"fmt.GoStringer", func() (string, error) {
			v, err := winplugin.As[fmt.GoStringer](level)
			return fmt.Sprintf("%#v", v), err
		}, "known.Level(3)"},
		{"context.Context", func() (string, error) {
			ctx, err := winplugin.As[context.Context](object("NewTask"))
			if err != nil {
				return "", err
			}
			<-ctx.Done()
			_, limited := ctx.Deadline()
			return fmt.Sprint(ctx.Err(), errors.Is(ctx.Err(), context.Canceled), limited, ctx.Value("key")), nil
		}, "context canceled true false <nil>"},
		{"sort.Interface", func() (string, error) {
			l := object("NewSeries", 3, 1, 2)
			s, err := winplugin.As[sort.Interface](l)
			if err != nil {
				return "", err
			}
			sort.Sort(s)
			return fmt.Sprint(one[[]int](t, l, "Numbers")), nil
		}, "[1 2 3]"},
		{"image.Image", func() (string, error) {
			i, err := winplugin.As[image.Image](object("NewChart", 3))
			if err != nil {
				return "", err
			}
			return fmt.Sprint(i.Bounds(), color.GrayModel.Convert(i.At(2, 1))), nil
		}, "(0,0)-(3,3) {3}"},
		{"http.Handler", func() (string, error) {
			h, err := winplugin.As[http.Handler](object("NewDesk", "front"))
			if err != nil {
				return "", err
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
			return w.Body.String() + " " + w.Header().Get("X-Desk"), nil
		}, "front/x front"},
		{"driver.Driver", func() (string, error) {
			d, err := winplugin.As[driver.Driver](object("NewSource"))
			if err != nil {
				return "", err
			}
			db := sql.OpenDB(connector{d})
			defer db.Close()
			var n int64
			err = db.QueryRow("count", 3).Scan(&n)
			return fmt.Sprint(n), err
		}, "0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.use()
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
	t.Run("without the methods", func(t *testing.T) {
		if _, err := winplugin.As[http.Handler](level); err == nil || !strings.Contains(err.Error(), "known.Level") {
			t.Errorf("a level as an http.Handler: got %v, want an error that names its type", err)
		}
		if _, err := winplugin.As[hash.Hash](level); err == nil || !strings.Contains(err.Error(), "has no method Write") {
			t.Errorf("a level as a hash.Hash: got %v, want an error that names the method", err)
		}
	})
}

// A plugin's handler that is an object serves another plugin's router, and its reader,
// image and driver are what another plugin takes.
func TestKnownTypesBetweenPlugins(t *testing.T) {
	if isolated(t, map[string]string{"known": built(t, "known")}) {
		return
	}
	a, b := known(t), open(t, copyOf(t, "known", "known_two"))
	desk := call(t, a, "NewDesk", "front")[0].(*winplugin.Object)
	serve := func(t *testing.T, h http.Handler) {
		t.Helper()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
		if got := w.Body.String(); !strings.Contains(got, "front/x") || w.Header().Get("X-Desk") != "front" {
			t.Errorf("got %q with the header %v, want front/x from front", got, w.Header())
		}
	}
	t.Run("dynamic", func(t *testing.T) { serve(t, call(t, b, "Wrap", desk)[0].(http.Handler)) })
	t.Run("typed", func(t *testing.T) {
		serve(t, bound[func(*winplugin.Object) http.Handler](t, b, "Wrap")(desk))
	})
	t.Run("image", func(t *testing.T) {
		if got := call(t, b, "Kind", call(t, a, "NewChart", 2)[0])[0]; got != "*image.Gray" {
			t.Errorf("got a %v, want an *image.Gray", got)
		}
	})
	t.Run("driver", func(t *testing.T) {
		if got, err := b.Call(context.Background(), "Query", call(t, a, "NewSource")[0], "count"); err != nil || got[0] == int64(0) {
			t.Errorf("got %v, %v, want a sum", got, err)
		}
	})
	t.Run("refused", func(t *testing.T) {
		var mismatch *winplugin.SignatureError
		if _, err := b.Call(context.Background(), "Wrap", call(t, a, "NewLevel", 1)[0]); !errors.As(err, &mismatch) {
			t.Errorf("a level as a handler: got %v, want a *SignatureError", err)
		}
	})
}
