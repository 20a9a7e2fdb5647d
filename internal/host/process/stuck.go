//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"bytes"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// lastWords are what a runtime prints before the reason for which it ends.
var lastWords = []byte("fatal error: ")

// stuckLimit is how long a process may take to end after its last words, and answerLimit is how long
// it may take to answer then.
var stuckLimit, answerLimit = 2 * time.Second, 2 * time.Second

// onEnd makes f run when last words are written, or have been.
func (t *tail) onEnd(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end = f; bytes.Contains(t.b, lastWords) {
		f()
	}
}

// suspect kills the process if it neither ends nor answers. Two threads that end a Go program at once
// may wait for each other. If the plugin has printed the words itself, it answers.
func (b *Backend) suspect() {
	if b.suspected.Swap(true) {
		return
	}
	time.AfterFunc(stuckLimit, func() {
		defer b.suspected.Store(false)
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			b.Operate(wire.OpPing, []uint64{0}, nil)
		}()
		select {
		case <-answered:
		case <-time.After(answerLimit):
			b.kill(native.ErrStuck)
		}
	})
}
