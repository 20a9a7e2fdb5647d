package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Funcs of the host's with known types among their parameters are handlers of the plugin where its
// type of them has others beside, and in fields.
func TestHandlersOfDynamicType(t *testing.T) {
	p := known(t)
	byObject := func(w http.ResponseWriter, r *http.Request, params *winplugin.Object) {
		name, err := params.Call(r.Context(), "ByName", "name")
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(r.Body)
		w.Header().Set("X-Query", r.URL.Query().Get("q"))
		if string(body) == "" {
			return // the header alone
		}
		fmt.Fprint(w, "hello ", name[0], " ", string(body), " ", err)
	}
	type param struct{ Key, Value string }
	byCopy := func(w http.ResponseWriter, r *http.Request, params []param) {
		w.Header().Set("X-Query", r.URL.Query().Get("q"))
		if r.ContentLength > 0 {
			body, err := io.ReadAll(r.Body)
			fmt.Fprint(w, "hello ", params[0].Value, " ", string(body), " ", err)
		}
	}
	newMux := func(t *testing.T) (*winplugin.Object, http.Handler) {
		t.Helper()
		mux := object(t, call(t, p, "NewMux")[0])
		h, err := winplugin.As[http.Handler](mux)
		if err != nil {
			t.Fatal(err)
		}
		return mux, h
	}
	get := func(h http.Handler, path, body string) (string, http.Header) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", path, strings.NewReader(body)))
		h2 := w.Header().Clone()
		h2.Del("Content-Type")
		return fmt.Sprint(w.Code, " ", w.Body), h2
	}
	for name, route := range map[string]func(t *testing.T, mux *winplugin.Object){
		"bound with an object": func(t *testing.T, mux *winplugin.Object) {
			set, err := winplugin.Method[func(func(http.ResponseWriter, *http.Request, *winplugin.Object))](mux, "Route")
			if err != nil {
				t.Fatal(err)
			}
			set(byObject)
		},
		"bound with a copy": func(t *testing.T, mux *winplugin.Object) {
			set, err := winplugin.Method[func(func(http.ResponseWriter, *http.Request, []param))](mux, "Route")
			if err != nil {
				t.Fatal(err)
			}
			set(byCopy)
		},
		"called with a copy": func(t *testing.T, mux *winplugin.Object) {
			if _, err := mux.Call(t.Context(), "Route", byCopy); err != nil {
				t.Fatal(err)
			}
		},
		"set": func(t *testing.T, mux *winplugin.Object) {
			if err := mux.Set("Handle", byCopy); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			mux, h := newMux(t)
			route(t, mux)
			got, header := get(h, "/hello/you?q=a", "body")
			if want := "200 hello you body <nil>"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if diff := cmp.Diff(http.Header{"X-Query": {"a"}}, header); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if _, header = get(h, "/hello/you?q=b", ""); header.Get("X-Query") != "b" {
				t.Errorf("a header without a body: got %v, want X-Query", header)
			}
		})
	}
	for name, handler := range map[string]any{
		"type": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.Path, 404) }),
		"func": func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.Path, 404) },
	} {
		t.Run("handler in a field "+name, func(t *testing.T) {
			mux, h := newMux(t)
			if err := mux.Set("NotFound", handler); err != nil {
				t.Fatal(err)
			}
			if got, _ := get(h, "/none", ""); got != "404 /none\n" {
				t.Errorf("got %q, want 404 /none", got)
			}
		})
	}
	t.Run("func in a field", func(t *testing.T) {
		mux, h := newMux(t)
		err := mux.Set("Panicked", func(w http.ResponseWriter, r *http.Request, v any) {
			w.WriteHeader(500)
			fmt.Fprint(w, r.URL.Path, " ", v)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := get(h, "/panic", ""); got != "500 /panic boom" {
			t.Errorf("got %q, want 500 /panic boom", got)
		}
	})
}
