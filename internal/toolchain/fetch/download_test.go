package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func content(n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(data)
	return data
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// A server hands out one file. Each request is recorded as "Range If-Range".
type server struct {
	*httptest.Server
	mu   sync.Mutex
	data []byte
	tag  string
	cuts []int // bytes of the nth answer after which the connection is lost; -1 answers 503
	asks []string
}

func serve(t *testing.T, data []byte) *server {
	s := &server{data: data, tag: `"one"`}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asks = append(s.asks, strings.TrimSpace(r.Header.Get("Range")+" "+r.Header.Get("If-Range")))
	data, tag, cut := s.data, s.tag, len(s.data)
	if len(s.cuts) > 0 {
		cut, s.cuts = s.cuts[0], s.cuts[1:]
	}
	s.mu.Unlock()
	if cut < 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if tag != "" {
		w.Header().Set("ETag", tag)
	}
	http.ServeContent(&cutter{w, cut}, r, "", time.Time{}, bytes.NewReader(data))
}

// A cutter loses the connection after some bytes.
type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Write(p []byte) (int, error) {
	if len(p) <= c.left {
		c.left -= len(p)
		return c.ResponseWriter.Write(p)
	}
	c.ResponseWriter.Write(p[:c.left])
	c.ResponseWriter.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func request(t *testing.T, url string, data []byte) Request {
	return Request{
		URL: url, SHA256: sum(data), Size: int64(len(data)), Path: filepath.Join(t.TempDir(), "Ordner ü", "file.zip"),
		pause: func(int) time.Duration { return 0 },
	}
}

// want checks that the file is there as a whole and nothing beside it.
func want(t *testing.T, r Request, data []byte) {
	t.Helper()
	got, err := os.ReadFile(r.Path)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("file has %d bytes, %v; want the %d of the server", len(got), err, len(data))
	}
	left(t, r, filepath.Base(r.Path))
}

func left(t *testing.T, r Request, names ...string) {
	t.Helper()
	entries, _ := os.ReadDir(filepath.Dir(r.Path))
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("folder holds %q, want %q", got, names)
	}
}

func reason(t *testing.T, err error, want Reason) *Error {
	t.Helper()
	got := new(Error)
	if !errors.As(err, &got) || got.Reason != want {
		t.Fatalf("error is %v, want one with the reason %q", err, want)
	}
	return got
}

func TestGet(t *testing.T) {
	data := content(1 << 20)
	s := serve(t, data)
	r := request(t, s.URL, data)
	var last, calls int64
	r.Progress = func(done, total int64) {
		if done < last || total != int64(len(data)) {
			t.Errorf("got progress of %d of %d after %d, want more, of %d", done, total, last, len(data))
		}
		last = done
		calls++
	}
	if err := Get(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want(t, r, data)
	if last != int64(len(data)) || calls < 3 {
		t.Errorf("got %d reports of progress, the last with %d bytes, want at least 3 and %d", calls, last, len(data))
	}
	last = 0
	if err := Get(t.Context(), r); err != nil || len(s.asks) != 1 {
		t.Errorf("a file that is there was asked for again: got %v, %q, want length 1", err, s.asks)
	}
}

func TestResume(t *testing.T) {
	data := content(1 << 20)
	for name, c := range map[string]struct {
		tag  string
		cuts []int
		asks string
	}{
		"with a tag": {`"one"`, []int{300_000, 200_000, -1, 0}, `, bytes=300000- "one", bytes=500000- "one", bytes=500000- "one", bytes=500000- "one"`},
		"without":    {"", []int{300_000}, ", "},
		"weak tag":   {`W/"one"`, []int{300_000}, ", "},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, data)
			s.tag, s.cuts = c.tag, c.cuts
			r := request(t, s.URL, data)
			if err := Get(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			want(t, r, data)
			if got := strings.Join(s.asks, ", "); got != c.asks {
				t.Errorf("the server was asked for %q, want %q", got, c.asks)
			}
		})
	}
}

// Another call, in another process perhaps, goes on where the first was stopped.
func TestResumeLater(t *testing.T) {
	data := content(1 << 20)
	s := serve(t, data)
	s.cuts = []int{400_000, -1, -1, -1}
	r := request(t, s.URL, data)
	reason(t, Get(t.Context(), r), Offline)
	left(t, r, "file.zip.part", "file.zip.part.tag")
	s.asks = nil
	if err := Get(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want(t, r, data)
	if got := strings.Join(s.asks, ", "); got != `bytes=400000- "one"` {
		t.Errorf("got the requests %q, want one from 400000 on", got)
	}
}

// The server has another version meanwhile, or the part was damaged.
func TestResumeOther(t *testing.T) {
	data, other := content(1<<20), content(1<<20)
	other[0]++
	t.Run("tag tells", func(t *testing.T) {
		s := serve(t, other)
		s.cuts = []int{400_000, -1, -1, -1}
		r := request(t, s.URL, data)
		reason(t, Get(t.Context(), r), Offline)
		s.data, s.tag = data, `"two"`
		if err := Get(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		want(t, r, data)
	})
	t.Run("only the sum tells", func(t *testing.T) {
		s := serve(t, data)
		r := request(t, s.URL, data)
		if err := os.MkdirAll(filepath.Dir(r.Path), 0o700); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(r.part(), other[:1000], 0o600)
		os.WriteFile(r.Path+TagSuffix, []byte(s.tag), 0o600)
		if err := Get(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		want(t, r, data)
		if len(s.asks) != 2 {
			t.Errorf("got the requests %q, want two", s.asks)
		}
	})
}

func TestMismatch(t *testing.T) {
	data := content(1 << 10)
	s := serve(t, data)
	r := request(t, s.URL, data)
	r.SHA256 = sum(nil)
	err := reason(t, Get(t.Context(), r), Mismatch)
	if err.Got != sum(data) || err.Want != sum(nil) || len(s.asks) != 1 {
		t.Errorf("got sums %s and %s after %d requests, want %s and %s after 1", err.Got, err.Want, len(s.asks), sum(data), sum(nil))
	}
	left(t, r)
}

func TestRefused(t *testing.T) {
	data := content(1 << 10)
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler("http://example.com/file.zip", http.StatusFound))
	defer elsewhere.Close()
	unknown := httptest.NewUnstartedServer(http.NotFoundHandler())
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of the refused handshake
	unknown.StartTLS()
	defer unknown.Close()
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for { // no Content-Length
			if _, err := w.Write(data); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	s := serve(t, data)
	for name, c := range map[string]struct {
		url  string
		size int64
	}{
		"plain http":    {"http://example.com/file.zip", 1 << 10},
		"ftp":           {"ftp://example.com/file.zip", 1 << 10},
		"no scheme":     {"example.com/file.zip", 1 << 10},
		"not there":     {gone.URL, 1 << 10},
		"leads astray":  {elsewhere.URL, 1 << 10},
		"untrusted":     {unknown.URL, 1 << 10},
		"too large":     {s.URL, 1<<10 - 1},
		"too small":     {s.URL, 1<<10 + 1},
		"never ends":    {endless.URL, 1 << 12},
		"no such file":  {filepath.Join(t.TempDir(), "file.zip"), 1 << 10},
		"a folder":      {t.TempDir(), 1 << 10},
		"password seen": {"http://me:secret@example.com/file.zip", 1 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, c.url, data)
			r.Size = c.size
			err := reason(t, Get(t.Context(), r), Refused)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("got the error %v, want one without the password", err)
			}
			left(t, r)
		})
	}
	t.Run("unknown size", func(t *testing.T) {
		r := request(t, s.URL, data)
		r.Size, r.Limit = 0, 1<<10
		if err := Get(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		want(t, r, data)
	})
}

func TestTrustedServer(t *testing.T) {
	data := content(1 << 10)
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(data) }))
	defer s.Close()
	r := request(t, s.URL, data)
	r.Client = s.Client()
	if err := Get(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want(t, r, data)
}

func TestFile(t *testing.T) {
	data := content(1 << 20)
	path := filepath.Join(t.TempDir(), "mein archiv ü.zip")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	for _, url := range []string{path, "file://" + slashed} {
		t.Run(url, func(t *testing.T) {
			r := request(t, url, data)
			if err := Get(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			want(t, r, data)
		})
	}
}

func TestOffline(t *testing.T) {
	s := serve(t, nil)
	s.Close()
	r := request(t, s.URL, content(10))
	err := reason(t, Get(t.Context(), r), Offline)
	if err.Err == nil {
		t.Error("got an error without a cause, want one")
	}
	left(t, r)
}

func TestSilence(t *testing.T) {
	data := content(1 << 20)
	var asked int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked == 1 {
			w.Header().Set("Content-Length", "1048576")
			w.Write(data[:1000])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return
		}
		w.Write(data)
	}))
	defer s.Close()
	r := request(t, s.URL, data)
	r.stall = 300 * time.Millisecond
	if err := Get(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want(t, r, data)
}

func TestCancel(t *testing.T) {
	data := content(1 << 20)
	s := serve(t, data)
	r := request(t, s.URL, data)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	r.Progress = func(done, _ int64) {
		if done > 0 {
			cancel(why)
		}
	}
	if err := Get(ctx, r); !errors.Is(err, why) {
		t.Errorf("error is %v, want the context's cause", err)
	}
	left(t, r, "file.zip.part", "file.zip.part.tag")
	r.Progress = nil
	if err := Get(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want(t, r, data)
}

// A full writer has room for some bytes only.
type full struct {
	io.Writer
	room int
}

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n, _ := f.Writer.Write(p[:f.room])
		return n, &fs.PathError{Op: "write", Path: "file", Err: errDiskFull}
	}
	f.room -= len(p)
	return f.Writer.Write(p)
}

func TestDiskFull(t *testing.T) {
	data := content(1 << 20)
	s := serve(t, data)
	r := request(t, s.URL, data)
	r.writer = func(w io.Writer) io.Writer { return &full{w, 1 << 19} }
	if err := reason(t, Get(t.Context(), r), DiskFull); !errors.Is(err, errDiskFull) {
		t.Errorf("error: got %v, want %v", err, errDiskFull)
	}
	left(t, r)
}

func TestFolderIsAFile(t *testing.T) {
	data := content(10)
	s := serve(t, data)
	r := request(t, s.URL, data)
	if err := os.WriteFile(filepath.Dir(r.Path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	reason(t, Get(t.Context(), r), Unstored)
}
