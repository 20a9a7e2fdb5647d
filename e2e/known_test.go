package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
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
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// known opens the plugin whose functions take and return what the standard library has
// for programs to give each other.
func known(t testing.TB) *winplugin.Plugin {
	t.Helper()
	return open(t, built(t, "known"))
}

func TestTimeZones(t *testing.T) {
	p := known(t)
	summer := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	zones := []*time.Location{time.UTC, time.Local, time.FixedZone("X", 90*60)}
	if l, err := time.LoadLocation("Europe/Berlin"); err == nil {
		zones = append(zones, l)
	}
	echo := bound[func(*time.Location) *time.Location](t, p, "Echo")
	for _, l := range zones {
		t.Run(l.String(), func(t *testing.T) {
			for _, at := range []time.Time{summer, summer.AddDate(0, 6, 0), summer.AddDate(-80, 0, 0), summer.AddDate(90, 0, 0)} {
				want := at.In(l).Format(time.RFC3339)
				if got := call(t, p, "Zone", at, l)[0]; got != want {
					t.Errorf("%v in %v: got %v, want %v", at, l, got, want)
				}
				if back := echo(l); at.In(back).Format(time.RFC1123) != at.In(l).Format(time.RFC1123) || back.String() != l.String() {
					t.Errorf("%v in %v: got %v in %v back, want the same", at.In(l), l, at.In(back), back)
				}
			}
		})
	}
	if got := call(t, p, "SameZone", time.UTC); got[0] != true {
		t.Errorf("SameZone of UTC: got %v, want true first", got)
	}
	if got := call(t, p, "SameZone", time.Local); got[1] != true {
		t.Errorf("SameZone of Local: got %v, want true second", got)
	}
	if l := call(t, p, "Fixed", "Y", 60)[0].(*time.Location); time.Unix(0, 0).In(l).Format("15:04 MST") != "00:01 Y" {
		t.Errorf("got zone %v, want Y, a minute from UTC", l)
	}
	if l := echo(nil); l != nil {
		t.Errorf("a nil zone: got %v, want nil", l)
	}
}

func TestRequests(t *testing.T) {
	p := known(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r := httptest.NewRequest("PUT", "/x?q=1", strings.NewReader("body")).WithContext(ctx)
	r.Header.Set("X-A", "a")
	r.TLS = &tls.ConnectionState{ServerName: "server"}
	const want = `PUT /x 1 a "body" server true`
	if got := call(t, p, "Describe", r)[0]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	describe := bound[func(*http.Request) (string, error)](t, p, "Describe")
	r.Body = io.NopCloser(iotestErr{})
	if _, err := describe(r); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a body that fails: got error %v, want io.ErrUnexpectedEOF", err)
	}
	w := httptest.NewRecorder()
	w.Header().Set("X-Host", "1")
	call(t, p, "Write", w)
	if diff := cmp.Diff(http.Header{"X-B": {"2"}}, w.Result().Header.Clone(), cmp.FilterPath(func(p cmp.Path) bool { return strings.Contains(p.String(), "Content") }, cmp.Ignore())); w.Code != 201 || w.Body.String() != "x" || w.Header().Get("X-B") != "2" || w.Result().Header.Get("X-Host") != "" || w.Result().Header.Get("X-Late") != "" {
		t.Errorf("got status %d, body %q, header (-want +got):\n%s", w.Code, w.Body, diff)
	}
}

// What a call of dynamic type does to an http.ResponseWriter is there when it returns.
func TestWritersOfDynamicCalls(t *testing.T) {
	p := known(t)
	w := httptest.NewRecorder()
	next := call(t, p, "Mark", w, 1)[0]
	call(t, p, "Mark", w, next)
	if diff := cmp.Diff(http.Header{"X-Stage": {"stage 1", "stage 2"}}, w.Header()); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestHandlers(t *testing.T) {
	p := known(t)
	router := call(t, p, "Router")[0].(http.Handler)
	server := httptest.NewServer(router)
	defer server.Close()
	get := func(t *testing.T, method, path, body string) (int, http.Header, string) {
		t.Helper()
		r, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header, string(b)
	}
	long := strings.Repeat("long ", 100_000)
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"path value", "GET", "/hello/you", "", 200, "hello you"},
		{"no content", "GET", "/none", "", 204, ""},
		{"not found", "GET", "/missing", "", 404, "404 page not found\n"},
		{"short body", "POST", "/echo", "ping", 200, "ping"},
		{"long body", "POST", "/echo", long, 200, long},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, _, got := get(t, test.method, test.path, test.body)
			if status != test.status || got != test.want {
				t.Errorf("got %d with %d bytes, want %d with %d", status, len(got), test.status, len(test.want))
			}
		})
	}
	t.Run("flush and cancel", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/stream", nil)
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b := make([]byte, 6)
		if _, err := io.ReadFull(answer.Body, b); err != nil || string(b) != "0\n1\n2\n" {
			t.Errorf("before the handler's end: got %q, %v, want three lines", b, err)
		}
		cancel() // or the handler would never return, nor the server close
	})
	t.Run("middleware", func(t *testing.T) {
		type key struct{}
		next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if w.Header().Get("X-Before") != "1" || r.Context().Value(key{}) != "value" {
				t.Errorf("the host's handler: got header %v, context %v, want X-Before and the context's value", w.Header(), r.Context())
			}
			w.Header().Set("X-Next", "1")
			io.WriteString(w, "next")
		})
		wrapped := bound[func(http.Handler) http.Handler](t, p, "Wrap")(next)
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		ctx, cancel := context.WithCancel(context.WithValue(r.Context(), key{}, "value"))
		defer cancel()
		wrapped.ServeHTTP(w, r.WithContext(ctx))
		if got := w.Body.String(); got != "next" || w.Header().Get("X-Before") != "1" {
			t.Errorf("got %q, header %v, want next and X-Before", got, w.Header())
		}
	})
	t.Run("identity", func(t *testing.T) {
		own := new(ownHandler)
		if got := call(t, p, "Same", own)[0]; got != http.Handler(own) {
			t.Errorf("the host's handler: got a %T back, want the same handler", got)
		}
		again := call(t, p, "Same", router)[0].(http.Handler)
		w := httptest.NewRecorder()
		again.ServeHTTP(w, httptest.NewRequest("GET", "/ok", nil))
		if w.Body.String() != "ok" {
			t.Errorf("the plugin's handler came back and says: got %q, want \"ok\"", w.Body)
		}
	})
	t.Run("object", func(t *testing.T) {
		o := bound[func() *winplugin.Object](t, p, "Router")()
		h := call(t, p, "Same", o)[0].(http.Handler)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/ok", nil))
		if w.Body.String() != "ok" {
			t.Errorf("the object as a handler says: got %q, want \"ok\"", w.Body)
		}
	})
}

type ownHandler struct{ n int }

func (*ownHandler) ServeHTTP(http.ResponseWriter, *http.Request) {}

func TestDrivers(t *testing.T) {
	p := known(t)
	d := call(t, p, "Driver")[0].(driver.Driver)
	db := sql.OpenDB(connector{d})
	defer db.Close()
	sum := func(query string, n int) (sum int, err error) {
		rows, err := db.Query(query, n)
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				return 0, err
			}
			sum += n
		}
		return sum, rows.Err()
	}
	if got, err := sum("count", 1000); got != 1000*999/2 || err != nil {
		t.Errorf("got %d, %v, want %d, nil", got, err, 1000*999/2)
	}
	if got, err := sum("fail", 5); got != 10 || err == nil || err.Error() != "the disk is full" {
		t.Errorf("rows that fail: got %d, %v, want 10, the disk is full", got, err)
	}
	if _, err := sum("broken", 5); !errors.Is(err, driver.ErrBadConn) {
		t.Errorf("a connection that is broken: got error %v, want driver.ErrBadConn", err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	result, err := tx.Exec("do", 7)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); n != 7 || err != nil {
		t.Errorf("got %d rows, %v, want 7, nil", n, err)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	// The other way round.
	if got := call(t, p, "Query", hostDriver{}, "count")[0]; got != int64(6) {
		t.Errorf("Query of the host's driver: got %v, want 6", got)
	}
}

type connector struct{ d driver.Driver }

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.d.Open("name") }
func (c connector) Driver() driver.Driver                        { return c.d }

// A hostDriver counts.
type hostDriver struct{}

func (hostDriver) Open(string) (driver.Conn, error) { return hostConn{}, nil }

type hostConn struct{}

func (hostConn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not prepared") }
func (hostConn) Close() error                        { return nil }
func (hostConn) Begin() (driver.Tx, error)           { return nil, errors.New("no transactions") }
func (hostConn) QueryContext(_ context.Context, _ string, args []driver.NamedValue) (driver.Rows, error) {
	return &hostRows{n: args[0].Value.(int64)}, nil
}

type hostRows struct{ at, n int64 }

func (*hostRows) Columns() []string { return []string{"n"} }
func (*hostRows) Close() error      { return nil }
func (r *hostRows) Next(dest []driver.Value) error {
	if r.at == r.n {
		return io.EOF
	}
	dest[0] = r.at
	r.at++
	return nil
}

func TestFileSystems(t *testing.T) {
	p := known(t)
	files := call(t, p, "Files")[0].(fs.FS)
	if err := fstest.TestFS(files, "a/b.txt", "c.txt"); err != nil {
		t.Error(err)
	}
	if _, err := fs.ReadFile(files, "missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is missing: got error %v, want fs.ErrNotExist", err)
	}
	own := fstest.MapFS{"x/y": {Data: []byte("1")}, "z": {Data: []byte("2")}}
	if got, want := call(t, p, "List", own)[0], ". x x/y=1 z=2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConnections(t *testing.T) {
	p := known(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	serve := bound[func(net.Listener) error](t, p, "Serve")
	go func() { served <- serve(l) }()
	c, err := bound[func(string, string) (net.Conn, error)](t, p, "Dial")("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.RemoteAddr().(*net.TCPAddr); !ok || c.RemoteAddr().String() != l.Addr().String() {
		t.Errorf("got address %v of type %[1]T, want %v", c.RemoteAddr(), l.Addr())
	}
	if _, err := io.WriteString(c, "ping"); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4)
	if _, err := io.ReadFull(c, b); err != nil || string(b) != "ping" {
		t.Errorf("got %q, %v, want ping, nil", b, err)
	}
	if err := c.SetReadDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Error(err)
	}
	_, err = c.Read(b)
	if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
		t.Errorf("after the deadline: got error %v of type %[1]T, want a timeout", err)
	}
	c.Close()
	l.Close()
	if err := <-served; err != nil {
		t.Errorf("the plugin's server ended with %v, want nil", err)
	}
}

func TestLoggers(t *testing.T) {
	p := known(t)
	var b bytes.Buffer
	text := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	call(t, p, "Log", slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: text})))
	const want = "level=INFO msg=text a=1 g.b=two g.h.c=true\n"
	if got := b.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	b.Reset()
	l := bound[func(io.Writer) *slog.Logger](t, p, "Logger")(&b)
	l.With("a", 1).WithGroup("g").Info("text", "b", "two", slog.Group("h", "c", true))
	if got := b.String(); got != want {
		t.Errorf("the plugin's logger wrote %q, want %q", got, want)
	}
}

// A gradient is an image of a type of its own.
type gradient struct{}

func (gradient) ColorModel() color.Model { return color.GrayModel }
func (gradient) Bounds() image.Rectangle { return image.Rect(-1, 0, 3, 2) }
func (gradient) At(x, y int) color.Color { return color.Gray{uint8(10*x + y + 100)} }

func TestImages(t *testing.T) {
	p := known(t)
	palette := image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.White, color.NRGBA{1, 2, 3, 4}})
	palette.SetColorIndex(1, 0, 1)
	for _, i := range []image.Image{image.NewRGBA(image.Rect(0, 0, 3, 3)), palette, image.NewYCbCr(image.Rect(0, 0, 4, 4), image.YCbCrSubsampleRatio420)} {
		t.Run(fmt.Sprintf("%T", i), func(t *testing.T) {
			if got, want := call(t, p, "Kind", i)[0], cmpType(i); got != want {
				t.Errorf("got a %v, want %v", got, want)
			}
		})
	}
	for _, i := range []image.Image{palette, gradient{}} {
		t.Run(fmt.Sprintf("%T inverted", i), func(t *testing.T) {
			inverted := call(t, p, "Invert", i)[0].(*image.NRGBA)
			for y := i.Bounds().Min.Y; y < i.Bounds().Max.Y; y++ {
				for x := i.Bounds().Min.X; x < i.Bounds().Max.X; x++ {
					c := color.NRGBAModel.Convert(i.At(x, y)).(color.NRGBA)
					if got, want := inverted.NRGBAAt(x, y), (color.NRGBA{255 - c.R, 255 - c.G, 255 - c.B, c.A}); got != want {
						t.Errorf("%T at %d, %d: got %v, want %v", i, x, y, got, want)
					}
				}
			}
		})
	}
	if got, want := call(t, p, "Kind", gradient{})[0], "*image.Gray"; got != want {
		t.Errorf("an image with gray colours: got a %v, want %v", got, want)
	}
	if _, err := p.Call(context.Background(), "Kind", image.NewUniform(color.White)); err != nil {
		t.Error(err)
	}
}

func cmpType(i image.Image) string {
	switch i.(type) {
	case *image.RGBA:
		return "*image.RGBA"
	case *image.Paletted:
		return "*image.Paletted"
	}
	return "*image.YCbCr"
}

// BenchmarkHandler compares a handler of the plugin's with the same one in the host.
func BenchmarkHandler(b *testing.B) {
	router := call(b, known(b), "Router")[0].(http.Handler)
	direct := http.NewServeMux()
	direct.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") })
	for _, test := range []struct {
		name string
		h    http.Handler
	}{{"direct", direct}, {"plugin", router}} {
		b.Run(test.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/ok", nil)
			b.ReportAllocs()
			for range b.N {
				w := httptest.NewRecorder()
				test.h.ServeHTTP(w, r)
				if w.Body.Len() != 2 {
					b.Fatalf("got %q, want 2 bytes", w.Body.String())
				}
			}
		})
	}
}
