package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["websocket"] = twin{module: "more", path: "github.com/gorilla/websocket", run: websocketTwin}
	twins["ants"] = twin{module: "more", path: "github.com/panjf2000/ants/v2", run: antsTwin}
	twins["dig"] = twin{module: "more", path: "go.uber.org/dig", run: digTwin}
}

func websocketTwin(r *corpusRun) {
	r.step("echo", func() any {
		up := r.make("Upgrader", nil)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			c, err := tryOn(up, "Upgrade", w, req, nil)
			if err != nil {
				return
			}
			defer on(c, "Close")
			for {
				message, err := tryOn(c, "ReadMessage")
				if err != nil {
					return
				}
				m := message.([]any)
				on(c, "WriteMessage", m[0], bytes.ToUpper(m[1].([]byte)))
			}
		}))
		defer s.Close()
		dialed, err := tryOn(variableOf[*winplugin.Object](r, "DefaultDialer"), "Dial", "ws"+strings.TrimPrefix(s.URL, "http"), nil)
		if err != nil {
			return err
		}
		c, response := dialed.([]any)[0], dialed.([]any)[1]
		defer on(c, "Close")
		on(c, "WriteMessage", r.constant("TextMessage"), []byte("hello"))
		message, err := tryOn(c, "ReadMessage")
		m := message.([]any)
		return fmt.Sprint(m[0], string(m[1].([]byte)), err, corpusGet(response, "StatusCode"))
	})
	r.step("close", func() any { return fmt.Sprint(r.do("FormatCloseMessage", r.constant("CloseNormalClosure"), "bye")) })
	r.step("is", func() any {
		err := r.make("CloseError", map[string]any{"Code": r.constant("CloseGoingAway"), "Text": "x"})
		return fmt.Sprint(r.do("IsCloseError", err, r.constant("CloseGoingAway")), err)
	})
	r.step("upgrade", func() any { return r.do("IsWebSocketUpgrade", httptest.NewRequest("GET", "/", nil)) })
}

func antsTwin(r *corpusRun) {
	r.step("submit", func() any {
		p := r.do("NewPool", 2, r.do("WithPreAlloc", true))
		defer on(p, "Release")
		var n atomic.Int64
		done := make(chan struct{}, 10)
		for range 10 {
			if _, err := tryOn(p, "Submit", func() { n.Add(1); done <- struct{}{} }); err != nil {
				return err
			}
		}
		for range 10 {
			<-done
		}
		return fmt.Sprint(n.Load(), on(p, "Cap"))
	})
	r.step("func", func() any {
		sum := make(chan int, 3)
		p := r.do("NewPoolWithFunc", 2, func(v any) { sum <- v.(int) * 2 })
		defer on(p, "Release")
		for i := range 3 {
			on(p, "Invoke", i)
		}
		out := []int{<-sum, <-sum, <-sum}
		slices.Sort(out)
		return out
	})
	r.step("panic", func() any {
		got := make(chan any, 1)
		p := r.do("NewPool", 1, r.do("WithPanicHandler", func(v any) { got <- v }))
		defer on(p, "Release")
		on(p, "Submit", func() { panic("no") })
		return <-got
	})
	r.step("closed", func() any {
		p := r.do("NewPool", 1)
		on(p, "Release")
		_, err := tryOn(p, "Submit", func() {})
		return fmt.Sprint(errors.Is(err, variableOf[error](r, "ErrPoolClosed")), err)
	})
	r.step("bad", func() any { _, err := r.try("NewPoolWithFunc", 1, nil); return err })
}

func digTwin(r *corpusRun) {
	type config struct{ Name string }
	type service struct{ Text string }
	r.step("invoke", func() any {
		c := r.do("New")
		if _, err := tryOn(c, "Provide", func() *config { return &config{"demo"} }); err != nil {
			return err
		}
		if _, err := tryOn(c, "Provide", func(c *config) (*service, error) { return &service{"for " + c.Name}, nil }); err != nil {
			return err
		}
		got := ""
		_, err := tryOn(c, "Invoke", func(s *service) { got = s.Text })
		return fmt.Sprint(got, err)
	})
	r.step("missing", func() any { _, err := tryOn(r.do("New"), "Invoke", func(*service) {}); return err != nil })
	r.step("error", func() any {
		c := r.do("New")
		on(c, "Provide", func() (*config, error) { return nil, io.EOF })
		_, err := tryOn(c, "Invoke", func(*config) {})
		_, cause := r.try("RootCause", err)
		return fmt.Sprint(errors.Is(cause, io.EOF))
	})
}
