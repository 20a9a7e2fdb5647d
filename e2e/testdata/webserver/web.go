// Package webserver does in a plugin what a whole program does.
package webserver

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Web serves n requests of its own over the loopback interface, several at once,
// and returns how many bytes came back.
func Web(n int) (int, error) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%1000d", r.ContentLength)
	}))
	defer server.Close()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var total int
	var failed error
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			response, err := server.Client().Get(server.URL)
			var body []byte
			if err == nil {
				body, err = io.ReadAll(response.Body)
				response.Body.Close()
			}
			mu.Lock()
			defer mu.Unlock()
			total += len(body)
			if err != nil {
				failed = err
			}
		}()
	}
	wg.Wait()
	return total, failed
}

// Ticks waits for n ticks of a timer in another goroutine.
func Ticks(n int) int {
	ticks := make(chan int)
	go func() {
		t := time.NewTicker(time.Millisecond)
		defer t.Stop()
		for i := range n {
			<-t.C
			ticks <- i
		}
		close(ticks)
	}()
	count := 0
	for range ticks {
		count++
	}
	return count
}
