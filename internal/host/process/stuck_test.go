//go:build amd64 && (linux || windows)

package process

import (
	"errors"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// A process that has printed a runtime's last words is killed, unless it answers.
func TestLastWords(t *testing.T) {
	defer func(stuck, answer time.Duration) { stuckLimit, answerLimit = stuck, answer }(stuckLimit, answerLimit)
	stuckLimit = 200 * time.Millisecond
	for name, answers := range map[string]bool{"answers": true, "does not answer": false} {
		t.Run(name, func(t *testing.T) {
			// The process that answers may be slow to, as the machine may be busy.
			answerLimit = time.Minute
			if !answers {
				answerLimit = 200 * time.Millisecond
			}
			asked, release := make(chan struct{}, 10), make(chan struct{})
			b := newAnswering(t, func(*exchange.Slot) {
				asked <- struct{}{}
				if !answers {
					<-release
				}
			})
			defer close(release)
			started := make(chan error)
			go b.run(started, b.launchSleep)
			if err := <-started; err != nil {
				t.Fatal(err)
			}
			_, _ = b.tail.Write([]byte("fatal error: "))
			b.tail.onEnd(b.suspect)
			_, _ = b.tail.Write([]byte("fatal error: "))
			<-asked
			if answers {
				for b.suspected.Load() {
					time.Sleep(time.Millisecond)
				}
				if b.ending() {
					t.Error("got a process that was killed, want one that goes on")
				}
				b.kill(nil)
				<-b.done
				return
			}
			<-b.done
			if crash := b.Crash(); crash == nil || !errors.Is(crash, native.ErrStuck) {
				t.Errorf("got %v, want a crash with the cause %v", crash, native.ErrStuck)
			}
		})
	}
}
