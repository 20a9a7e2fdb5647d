package e2e

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Headers that the host sets on a writer of the plugin, by a proxy of an object, are there when the plugin
// is called or called back to.
func TestHandlersSetHeadersOfObjects(t *testing.T) {
	p := known(t)
	for _, test := range []struct {
		name   string
		handle func(t *testing.T, turn *winplugin.Object) error
		body   string
		header map[string]string
	}{
		{"as", func(t *testing.T, turn *winplugin.Object) error {
			answerOf(t, turn).Header().Set("X-Host", "1")
			return nil
		}, " end", map[string]string{"X-Host": "1"}},
		{"result", func(t *testing.T, turn *winplugin.Object) error {
			writer, err := winplugin.Method[func() http.ResponseWriter](turn, "Writer")
			if err != nil {
				return err
			}
			writer().Header().Set("X-Host", "1")
			return nil
		}, " end", map[string]string{"X-Host": "1"}},
		{"result of a dynamic call", func(t *testing.T, turn *winplugin.Object) error {
			out, err := turn.Call(context.Background(), "Writer")
			if err != nil {
				return err
			}
			out[0].(http.ResponseWriter).Header().Set("X-Host", "1")
			return nil
		}, " end", map[string]string{"X-Host": "1"}},
		{"before a call of the plugin", func(t *testing.T, turn *winplugin.Object) error {
			answerOf(t, turn).Header().Set("X-Host", "1")
			_, err := turn.Call(context.Background(), "Text", "text")
			return err
		}, "text end", map[string]string{"X-Host": "1"}},
		{"the plugin sees them", func(t *testing.T, turn *winplugin.Object) error {
			header := answerOf(t, turn).Header()
			header.Set("X-Host", "1")
			if _, err := turn.Call(context.Background(), "Mark", "2"); err != nil {
				return err
			}
			header.Set("X-Late", "3") // to the map of before the call
			out, err := turn.Call(context.Background(), "Stages")
			if err == nil && out[0] != "123" {
				t.Errorf("got %v in the plugin, want 123", out[0])
			}
			header.Del("X-Mark")
			return err
		}, " end", map[string]string{"X-Host": "1", "X-Mark": "", "X-Late": "3"}},
		{"status", func(t *testing.T, turn *winplugin.Object) error {
			w := answerOf(t, turn)
			w.Header().Set("X-Host", "1")
			w.WriteHeader(202)
			return nil
		}, " end", map[string]string{"X-Host": "1"}},
		{"status before a call of the plugin", func(t *testing.T, turn *winplugin.Object) error {
			w := answerOf(t, turn)
			w.Header().Set("X-Host", "1")
			w.WriteHeader(202)
			w.Header().Set("X-Late", "lost")
			_, err := turn.Call(context.Background(), "Text", "text")
			return err
		}, "text end", map[string]string{"X-Host": "1", "X-Late": ""}},
		{"status after a call of the plugin", func(t *testing.T, turn *winplugin.Object) error {
			w := answerOf(t, turn)
			header := w.Header()
			if _, err := turn.Call(context.Background(), "Mark", "2"); err != nil {
				return err
			}
			header.Set("X-Host", "1")
			w.WriteHeader(202)
			return nil
		}, " end", map[string]string{"X-Host": "1", "X-Mark": "2"}},
		{"before another As", func(t *testing.T, turn *winplugin.Object) error {
			answerOf(t, turn).Header().Set("X-Host", "1")
			if got := answerOf(t, turn).Header().Get("X-Host"); got != "1" {
				t.Errorf("got %q in another writer, want 1", got)
			}
			return nil
		}, " end", map[string]string{"X-Host": "1"}},
		{"on another goroutine", func(t *testing.T, turn *winplugin.Object) error {
			w, done := answerOf(t, turn), make(chan bool)
			go func() {
				defer close(done)
				w.Header().Set("X-Host", "1")
			}()
			<-done
			return nil
		}, " end", map[string]string{"X-Host": "1"}},
		{"while another goroutine writes", func(t *testing.T, turn *winplugin.Object) error {
			w, begun, done := answerOf(t, turn), make(chan bool), make(chan bool)
			go func() {
				defer close(done)
				header := w.Header()
				close(begun)
				for range 1000 {
					header.Set("X-Host", "1")
				}
			}()
			<-begun
			for range 10 { // this does not look at what the other goroutine changes
				if _, err := turn.Call(context.Background(), "Answer"); err != nil {
					return err
				}
			}
			<-done
			return nil
		}, " end", map[string]string{"X-Host": "1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := bound[func(func(*winplugin.Object) error) http.Handler](t, p, "Turns")(func(turn *winplugin.Object) error { return test.handle(t, turn) })
			server := httptest.NewServer(h)
			defer server.Close()
			answer, err := server.Client().Get(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if err != nil || string(body) != test.body {
				t.Errorf("got %q, error %v, want %q", body, err, test.body)
			}
			for key, want := range test.header {
				if got := answer.Header.Get(key); got != want {
					t.Errorf("%s: got %q, want %q", key, got, want)
				}
			}
		})
	}
	written := bound[func(func(http.ResponseWriter, *winplugin.Object)) http.Header](t, p, "Written")
	t.Run("a parameter", func(t *testing.T) {
		header := written(func(w http.ResponseWriter, turn *winplugin.Object) {
			for _, value := range []string{"1", "2"} {
				w.Header().Set("X-Host", value)
				if out, err := turn.Call(context.Background(), "Stages"); err != nil || out[0] != value {
					t.Errorf("got %v in the plugin, error %v, want %s", out, err, value)
				}
			}
			w.Header().Set("X-Late", "3")
		})
		if header.Get("X-Host") != "2" || header.Get("X-Late") != "3" {
			t.Errorf("got %v, want 2 and 3", header)
		}
	})
	t.Run("in an inner callback", func(t *testing.T) {
		written(func(outer http.ResponseWriter, turn *winplugin.Object) {
			h := bound[func(func(*winplugin.Object) error) http.Handler](t, p, "Turns")(func(*winplugin.Object) error {
				outer.Header().Set("X-Host", "1")
				return nil
			})
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
			outer.Header().Set("X-Mark", "2")
			if out, err := turn.Call(context.Background(), "Stages"); err != nil || out[0] != "12" {
				t.Errorf("got %v in the plugin, error %v, want 12", out, err)
			}
		})
	})
	t.Run("in no callback", func(t *testing.T) {
		turn := call(t, p, "NewTurn", httptest.NewRecorder())[0].(*winplugin.Object)
		for _, value := range []string{"1", "2"} {
			answerOf(t, turn).Header().Set("X-Host", value)
			if out, err := turn.Call(context.Background(), "Stages"); err != nil || out[0] != value {
				t.Errorf("got %v, error %v, want %s", out, err, value)
			}
		}
	})
	t.Run("in no callback, to one map", func(t *testing.T) {
		turn := call(t, p, "NewTurn", httptest.NewRecorder())[0].(*winplugin.Object)
		w := answerOf(t, turn)
		header := w.Header()
		for _, value := range []string{"1", "2"} {
			header.Set("X-Host", value)
			runtime.GC()
			if out, err := turn.Call(context.Background(), "Stages"); err != nil || out[0] != value {
				t.Errorf("got %v, error %v, want %s", out, err, value)
			}
		}
		runtime.KeepAlive(w)
	})
}

// answerOf returns the writer of a turn.
func answerOf(t *testing.T, turn *winplugin.Object) http.ResponseWriter {
	t.Helper()
	out, err := turn.Call(context.Background(), "Answer")
	if err != nil {
		t.Fatal(err)
	}
	w, err := winplugin.As[http.ResponseWriter](out[0].(*winplugin.Object))
	if err != nil {
		t.Fatal(err)
	}
	return w
}
