package objects

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
)

// Header is an HTTP header.
type Header map[string][]string

// A Reply is where an HTTP handler's answer goes.
type Reply interface {
	Begin(status int, header Header)
	io.Writer
}

// A Request is an HTTP request that can be copied, but for its body.
type Request struct {
	Method string
	URL    string
	Host   string
	Header Header
	Body   io.Reader
}

// handler is any handler of package net/http.
var handler http.Handler = func() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /upper/{name}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("X-Name", r.PathValue("name"))
		w.WriteHeader(http.StatusCreated)
		w.Write(bytes.ToUpper(body))
	})
	return mux
}()

// Serve serves one request of the host's with the handler.
func Serve(ctx context.Context, request Request, reply Reply) error {
	r, err := http.NewRequestWithContext(ctx, request.Method, request.URL, request.Body)
	if err != nil {
		return err
	}
	r.Host, r.Header, r.RequestURI = request.Host, http.Header(request.Header), request.URL
	w := &writer{reply: reply, header: make(http.Header)}
	handler.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	return nil
}

// A writer is an http.ResponseWriter over a Reply.
type writer struct {
	reply  Reply
	header http.Header
	begun  bool
}

func (w *writer) Header() http.Header { return w.header }

func (w *writer) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		w.reply.Begin(status, Header(w.header))
	}
}

func (w *writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.reply.Write(p)
}

// Note logs.
func Note(text string, n int) { slog.Info(text, "n", n, "err", io.EOF) }

// Unmarshal fills what it is given.
func Unmarshal(text []byte, v any) error { return json.Unmarshal(text, v) }

// Tally counts words.
//
//winplugin:inout counts list
func Tally(words []string, counts map[string]int, list *[]string) int {
	for _, w := range words {
		counts[w]++
	}
	*list = append(*list, words...)
	return len(words)
}
