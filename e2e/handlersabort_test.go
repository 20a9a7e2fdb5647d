package e2e

import (
	"errors"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A handler of the plugin that panics does to the host's server what a handler of the host does.
func TestHandlersAbort(t *testing.T) {
	p := known(t)
	router := bound[func() http.Handler](t, p, "Router")()
	wrap := bound[func(http.Handler) http.Handler](t, p, "Wrap")
	for _, test := range []struct {
		name    string
		handler http.Handler
		path    string
		log     string
	}{
		{"abort", router, "/abort", ""},
		{"abort in a func", bound[http.HandlerFunc](t, p, "Abort"), "/", ""},
		{"abort in the host within the plugin", wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })), "/", ""},
		{"abort in the plugin within the host within the plugin", wrap(router), "/abort", ""},
		{"an error that wraps it", router, "/wrapped", "text: net/http: abort Handler"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var logged strings.Builder
			server := httptest.NewUnstartedServer(test.handler)
			server.Config.ErrorLog = log.New(&logged, "", 0)
			server.Start()
			answer, err := server.Client().Get(server.URL + test.path)
			if err == nil {
				answer.Body.Close()
				t.Errorf("got status %d, want the connection's end", answer.StatusCode)
			}
			server.Close()
			if got := logged.String(); test.log == "" && got != "" || !strings.Contains(got, test.log) {
				t.Errorf("got log %q, want %q", got, test.log)
			}
		})
	}
	t.Run("error", func(t *testing.T) {
		err := recovered(func() {
			router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/wrapped", nil))
		})
		if panicOf(t, err); !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("got %v, want one that wraps http.ErrAbortHandler", err)
		}
	})
}
