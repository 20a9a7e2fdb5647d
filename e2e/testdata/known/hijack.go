package known

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
)

// Shout takes over the connection, and answers each line in upper case until "bye".
func Shout() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotImplemented)
			return
		}
		_, _, again := w.(http.Hijacker).Hijack()
		_, after := w.Write([]byte("x"))
		go shout(rw, conn.Close, fmt.Sprintf("buffered %d, again %v, write %v", rw.Reader.Buffered(), again, after))
	})
}

// shout goes on after the handler has returned.
func shout(rw *bufio.ReadWriter, end func() error, first string) {
	defer end()
	fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\nConnection: Upgrade\r\n\r\n%s\n", first)
	for rw.Flush() == nil {
		line, err := rw.ReadString('\n')
		if err != nil || line == "bye\n" {
			return
		}
		_, _ = rw.WriteString(strings.ToUpper(line))
	}
}

// SwitchFirst writes the status and then takes over the connection.
func SwitchFirst() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "shout")
		w.WriteHeader(http.StatusSwitchingProtocols)
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotImplemented)
			return
		}
		defer conn.Close()
		_, _ = rw.WriteString("raw")
		_ = rw.Flush()
	})
}
