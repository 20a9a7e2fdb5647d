package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A handler of the plugin takes over the connection of the host's server, with what was read from
// it already, and keeps it after it has returned.
func TestHijack(t *testing.T) {
	p := known(t)
	h := call(t, p, "Shout")[0].(http.Handler)
	t.Run("connection", func(t *testing.T) {
		server := httptest.NewServer(h)
		defer server.Close()
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nearly\n"); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(conn)
		response, err := http.ReadResponse(r, nil)
		if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("got %v, error %v, want status 101", response, err)
		}
		line := func() string {
			s, err := r.ReadString('\n')
			return fmt.Sprint(strings.TrimSuffix(s, "\n"), err)
		}
		want := fmt.Sprintf("buffered 6, again %v, write %v<nil>", http.ErrHijacked, http.ErrHijacked)
		if got := line(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := line(); got != "EARLY<nil>" {
			t.Errorf("got %q, want the line that was sent with the request", got)
		}
		fmt.Fprint(conn, "late\n")
		if got := line(); got != "LATE<nil>" {
			t.Errorf("got %q, want the later line", got)
		}
		fmt.Fprint(conn, "bye\n")
		if got := line(); got != "EOF" {
			t.Errorf("got %q, want the end of the connection", got)
		}
	})
	t.Run("no connection", func(t *testing.T) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != http.StatusNotImplemented || !strings.Contains(w.Body.String(), http.ErrNotSupported.Error()) {
			t.Errorf("got %d %s, want that it is not supported", w.Code, w.Body)
		}
	})
	// Packages for WebSockets write the status first.
	t.Run("after the status", func(t *testing.T) {
		server := httptest.NewServer(call(t, p, "SwitchFirst")[0].(http.Handler))
		defer server.Close()
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n")
		r := bufio.NewReader(conn)
		response, err := http.ReadResponse(r, nil)
		if err != nil || response.StatusCode != http.StatusSwitchingProtocols || response.Header.Get("Upgrade") != "shout" {
			t.Fatalf("got %v, error %v, want status 101 with the header", response, err)
		}
		if got, err := io.ReadAll(r); string(got) != "raw" || err != nil {
			t.Errorf("got %q, error %v, want what was written to the connection", got, err)
		}
	})
}
