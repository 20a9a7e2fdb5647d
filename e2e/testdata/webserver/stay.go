package webserver

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
)

// Stay leaves a server running, with n clients that wait for answers it never gives,
// and connections on which nobody says anything.
func Stay(n int) error {
	entered := make(chan bool, n)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		entered <- true
		select {}
	}))
	for range n {
		go func() {
			response, err := http.Get(server.URL)
			if err == nil {
				_, _ = io.Copy(io.Discard, response.Body)
			}
		}()
		silent, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			return err
		}
		go func() { _, _ = silent.Read(make([]byte, 1)) }()
	}
	for range n {
		<-entered
	}
	return nil
}
