// Package known has what programs give each other by the types of the standard library.
package known

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing/fstest"
	"time"
)

// Zone formats a time in a zone.
func Zone(t time.Time, l *time.Location) string { return t.In(l).Format(time.RFC3339) }

// Fixed returns a zone.
func Fixed(name string, seconds int) *time.Location { return time.FixedZone(name, seconds) }

// SameZone reports whether a zone is one of the well-known ones.
func SameZone(l *time.Location) (utc, local bool) { return l == time.UTC, l == time.Local }

// Echo returns what it is given.
func Echo(l *time.Location) *time.Location { return l }

// Describe tells what a request says.
func Describe(r *http.Request) (string, error) {
	body, err := io.ReadAll(r.Body)
	tls := "plain"
	if r.TLS != nil {
		tls = r.TLS.ServerName
	}
	_, deadline := r.Context().Deadline()
	return fmt.Sprintf("%s %s %s %s %q %s %t", r.Method, r.URL.Path, r.URL.Query().Get("q"), r.Header.Get("X-A"), body, tls, deadline), err
}

// Write answers.
func Write(w http.ResponseWriter) {
	w.Header().Set("X-B", "2")
	w.Header().Del("X-Host")
	w.WriteHeader(201)
	w.Header().Set("X-Late", "lost")
	io.WriteString(w, "x")
}

// Router returns a handler.
func Router() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "hello %s", r.PathValue("name"))
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(w, r.Body)
		if err != nil || n != r.ContentLength {
			panic(fmt.Sprint(n, err))
		}
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		for i := range 3 {
			fmt.Fprintln(w, i)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	})
	mux.HandleFunc("/abort", Abort)
	mux.HandleFunc("/wrapped", func(w http.ResponseWriter, r *http.Request) { panic(fmt.Errorf("text: %w", http.ErrAbortHandler)) })
	mux.HandleFunc("/none", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })
	return mux
}

// Abort is a handler that aborts the response.
func Abort(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }

// Wrap is a middleware.
func Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Before", "1")
		next.ServeHTTP(w, r)
		if w.Header().Get("X-Next") != "1" {
			panic("the header that the handler set has not arrived")
		}
	})
}

// Same returns its handler.
func Same(h http.Handler) http.Handler { return h }

// Files returns a file system.
func Files() fs.FS {
	return fstest.MapFS{"a/b.txt": {Data: []byte("text"), ModTime: time.Unix(1e9, 0)}, "c.txt": {Data: []byte("c")}}
}

// List lists the host's files.
func List(f fs.FS) (string, error) {
	var names []string
	err := fs.WalkDir(f, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			b, err := fs.ReadFile(f, path)
			if err != nil {
				return err
			}
			path += "=" + string(b)
		}
		names = append(names, path)
		return nil
	})
	if _, err := f.Open("missing"); !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("opening what is missing: %w", err)
	}
	return strings.Join(names, " "), err
}

// Serve answers what comes in from the host's listener.
func Serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			io.Copy(c, c)
		}()
	}
}

// Dial connects.
func Dial(network, address string) (net.Conn, error) { return net.Dial(network, address) }

// Log logs.
func Log(l *slog.Logger) {
	l.With("a", 1).WithGroup("g").Info("text", "b", "two", slog.Group("h", "c", true))
	l.Debug("not wanted")
}

// Logger returns a logger that writes to w.
func Logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// Invert inverts an image.
func Invert(i image.Image) image.Image {
	out := image.NewNRGBA(i.Bounds())
	for y := i.Bounds().Min.Y; y < i.Bounds().Max.Y; y++ {
		for x := i.Bounds().Min.X; x < i.Bounds().Max.X; x++ {
			c := color.NRGBAModel.Convert(i.At(x, y)).(color.NRGBA)
			out.SetNRGBA(x, y, color.NRGBA{255 - c.R, 255 - c.G, 255 - c.B, c.A})
		}
	}
	return out
}

// A Filter makes values of values.
type Filter struct {
	Name  string
	Apply func(uint8) uint8
}

// Half is a filter.
var Half = Filter{"half", func(v uint8) uint8 { return v / 2 }}

// Filtered returns a gray image, and the filter.
func Filtered(i image.Image, f Filter) (image.Image, Filter) {
	out := image.NewGray(i.Bounds())
	out.Pix[0] = f.Apply(color.GrayModel.Convert(i.At(0, 0)).(color.Gray).Y)
	return out, f
}

// Kind names an image's type.
func Kind(i image.Image) string { return fmt.Sprintf("%T", i) }

// Wait waits for the end of a context.
func Wait(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// Headers returns some, which have methods of package net/http.
func Headers() http.Header { return http.Header{"A": {"b"}} }

// A Stage is a number with a name, which keeps its type in calls of dynamic type.
type Stage int

func (s Stage) String() string { return fmt.Sprintf("stage %d", int(s)) }

// Mark sets a header of an answer.
func Mark(w http.ResponseWriter, s Stage) Stage {
	w.Header().Add("X-Stage", s.String())
	return s + 1
}

// Params are what a pattern has matched.
type Params []Param

// A Param is one of them.
type Param struct{ Key, Value string }

// ByName returns the value of a key.
func (p Params) ByName(key string) string {
	for _, q := range p {
		if q.Key == key {
			return q.Value
		}
	}
	return ""
}

// A Handle serves requests with parameters.
type Handle func(http.ResponseWriter, *http.Request, Params)

// A Mux has handlers in fields.
type Mux struct {
	Handle   Handle
	NotFound http.Handler
	Panicked func(http.ResponseWriter, *http.Request, any)
	routes   int
}

// NewMux returns an empty mux.
func NewMux() *Mux { return new(Mux) }

// Route sets the handle.
func (m *Mux) Route(h Handle) { m.Handle, m.routes = h, m.routes+1 }

// ServeHTTP implements http.Handler.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m.Panicked != nil {
		defer func() {
			if v := recover(); v != nil {
				m.Panicked(w, r, v)
			}
		}()
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/hello/"); ok {
		m.Handle(w, r, Params{{"name", name}})
		return
	}
	if r.URL.Path == "/panic" {
		panic("boom")
	}
	m.NotFound.ServeHTTP(w, r)
}

// A Turn is what the handlers of Turns get.
type Turn struct{ answer *Answer }

// An Answer is where a handler writes.
type Answer struct{ http.ResponseWriter }

// NewTurn returns a turn.
func NewTurn(w http.ResponseWriter) *Turn { return &Turn{&Answer{w}} }

// Answer returns where the handler writes.
func (t *Turn) Answer() *Answer { return t.answer }

// Writer is Answer, as another type.
func (t *Turn) Writer() http.ResponseWriter { return t.answer }

// Mark sets a header of the answer.
func (t *Turn) Mark(value string) { t.answer.Header().Set("X-Mark", value) }

// Stages returns headers of the answer.
func (t *Turn) Stages() string {
	h := t.answer.Header()
	return h.Get("X-Host") + h.Get("X-Mark") + h.Get("X-Late")
}

// Text writes an answer.
func (t *Turn) Text(s string) error {
	_, err := io.WriteString(t.answer, s)
	return err
}

// Turns returns a handler that calls f, and writes what that does not.
func Turns(f func(*Turn) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := NewTurn(w)
		if err := f(t); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		t.Text(" end")
	})
}

// Written calls f with a writer and a turn that has it, and returns the header as it is afterwards.
func Written(f func(w http.ResponseWriter, t *Turn)) http.Header {
	w := httptest.NewRecorder()
	f(w, NewTurn(w))
	return w.Header()
}
