//go:build go1.22

package knownhttp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knownnet" // for hijacked connections
)

// A writer is the surrogate of a http.ResponseWriter. It has one func for all operations, so
// that a response in one piece takes one call.
type writer struct {
	Header map[string][]string
	Do     func(c change) (answer, error)
}

// A change is what was done to a response. The header comes first, then the status.
type change struct {
	SetHeader bool
	Header    map[string][]string
	Status    int // 0: not written
	Write     bool
	Body      []byte
	Flush     bool
	GetHeader bool
	Hijack    bool
}

// An answer is the result of a change.
type answer struct {
	N        int
	Header   map[string][]string
	Conn     codec.Known[net.Conn]
	Buffered []byte // what was read from the connection already
}

func packWriter(w http.ResponseWriter) writer {
	return writer{w.Header(), func(c change) (a answer, err error) {
		if c.SetHeader {
			header := w.Header()
			clear(header)
			maps.Copy(header, c.Header)
		}
		if c.Status != 0 {
			w.WriteHeader(c.Status)
		}
		if c.Write {
			a.N, err = w.Write(c.Body)
		}
		if c.Flush {
			if failed := http.NewResponseController(w).Flush(); err == nil && !errors.Is(failed, http.ErrNotSupported) {
				err = failed
			}
		}
		if c.GetHeader {
			a.Header = w.Header()
		}
		if c.Hijack {
			a.Conn.Value, a.Buffered, err = hijack(w)
		}
		return a, err
	}}
}

// hijack takes over the connection of a response. buffered is what was read from it already.
func hijack(w http.ResponseWriter) (conn net.Conn, buffered []byte, err error) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if n := rw.Reader.Buffered(); n > 0 {
		b, _ := rw.Reader.Peek(n)
		buffered = bytes.Clone(b)
	}
	return conn, buffered, rw.Writer.Flush()
}

// A remoteWriter is the writer of a response of the other side. Its header is a copy. Changes
// of the header are sent with the next call, or when the handler's call ends.
type remoteWriter struct {
	codec.Stand
	codec.Recorder
	do      func(c change) (answer, error)
	calls   bool // do is under way
	header  http.Header
	sent    http.Header // the header as the other side has it
	status  int         // written, and not sent yet
	frozen  http.Header // what goes with the status
	taken   bool        // by Hijack
	settled bool        // the other side has had the writer and may have changed the header
}

var _ interface {
	http.ResponseWriter
	http.Flusher
	http.Hijacker
} = (*remoteWriter)(nil)

func unpackWriter(s writer) http.ResponseWriter {
	w := &remoteWriter{do: s.Do}
	w.setHeader(s.Header)
	return w
}

func (w *remoteWriter) setHeader(h http.Header) {
	if h == nil {
		h = make(http.Header)
	}
	if w.header == nil {
		w.header = h
	} else {
		// The plugin may have kept the map.
		clear(w.header)
		maps.Copy(w.header, h)
	}
	w.sent = h.Clone()
}

func (w *remoteWriter) Header() http.Header {
	w.Used()
	w.fetch()
	return w.header
}

// fetch gets the header, if the other side may have changed it.
func (w *remoteWriter) fetch() {
	if w.settled {
		w.settled = false
		if a, err := w.call(change{GetHeader: true}); err == nil {
			w.merge(a.Header)
		}
	}
}

// call sends a change. The other side's host settles its values before, this one as well.
func (w *remoteWriter) call(c change) (answer, error) {
	w.calls = true
	defer func() { w.calls = false }()
	return w.do(c)
}

// merge takes a header that the other side may have changed, and keeps what was written to the map here
// since the other side has had the writer.
func (w *remoteWriter) merge(theirs http.Header) {
	written := make(http.Header)
	for key, list := range w.header {
		if sent, ok := w.sent[key]; !ok || !slices.Equal(list, sent) {
			written[key] = list
		}
	}
	for key := range w.sent {
		if _, ok := w.header[key]; !ok {
			written[key] = nil // deleted
		}
	}
	w.setHeader(theirs)
	for key, list := range written {
		if w.header[key] = list; list == nil {
			delete(w.header, key)
		}
	}
}

// unsent reports whether the header has changed since it was sent. If the other side has had the
// writer since, the header becomes what both have written.
func (w *remoteWriter) unsent() bool {
	if maps.EqualFunc(w.header, w.sent, slices.Equal) {
		return false
	}
	w.fetch()
	return !maps.EqualFunc(w.header, w.sent, slices.Equal)
}

func (w *remoteWriter) WriteHeader(status int) {
	w.Used()
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		_, _ = w.send(change{Status: status})
		return
	}
	if w.status == 0 {
		w.unsent()
		w.status, w.frozen = status, w.header.Clone()
	}
}

func (w *remoteWriter) Write(b []byte) (int, error) {
	w.Used()
	a, err := w.send(change{Write: true, Body: b})
	return a.N, err
}

func (w *remoteWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Flush implements http.Flusher.
func (w *remoteWriter) Flush() { _ = w.FlushError() }

// FlushError is the method that http.ResponseController calls.
func (w *remoteWriter) FlushError() error {
	w.Used()
	_, err := w.send(change{Flush: true})
	return err
}

// Hijack implements http.Hijacker. The connection is one of the other side, which it leaves to
// the caller.
func (w *remoteWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if w.do == nil {
		return nil, nil, http.ErrNotSupported
	}
	w.Used()
	if w.taken {
		return nil, nil, http.ErrHijacked
	}
	a, err := w.send(change{Hijack: true}) // with a status that was written, which the connection gets first
	if err != nil {
		return nil, nil, err
	}
	w.taken = true
	conn, r := a.Conn.Value, io.Reader(a.Conn.Value)
	if len(a.Buffered) > 0 {
		r = io.MultiReader(bytes.NewReader(a.Buffered), conn)
	}
	in := bufio.NewReaderSize(r, max(4<<10, len(a.Buffered)))
	_, _ = in.Peek(len(a.Buffered)) // so that Buffered tells of it
	return conn, bufio.NewReadWriter(in, bufio.NewWriter(conn)), nil
}

// Settle sends what was changed: see codec.Settle.
func (w *remoteWriter) Settle() {
	if w.do == nil || w.taken || w.calls {
		return // it can only be given back, is the connection's, or sends its changes just now
	}
	if w.status != 0 {
		_, _ = w.send(change{})
	}
	if w.unsent() {
		_, _ = w.send(change{}) // trailers
	}
	w.settled = true
}

func (w *remoteWriter) send(c change) (answer, error) {
	if w.taken {
		return answer{}, http.ErrHijacked
	}
	if w.status == 0 {
		w.unsent()
	}
	header := w.header
	if w.status != 0 && c.Status == 0 {
		header, c.Status, w.status = w.frozen, w.status, 0
	}
	if !w.settled && !maps.EqualFunc(header, w.sent, slices.Equal) {
		c.SetHeader, c.Header = true, header
		w.sent = header.Clone()
	}
	return w.call(c)
}
