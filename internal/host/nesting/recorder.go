package nesting

import (
	"bytes"
	"runtime"
	"sync"
	"sync/atomic"
)

// A Recorder is a value that stands for one of a plugin and records what is done to it, such as an
// http.ResponseWriter. Settle sends that to the plugin. What the user does to a map that the
// Recorder has returned happens without its knowledge. So it is settled whenever its goroutine
// passes control to a plugin: before a call, and at the end of a callback.
type Recorder interface{ Settle() }

// A note belongs to a record, and says that the goroutine has a Recorder.
type note struct {
	next      *note
	of        *recording
	value     Recorder // nil: only weak refers to it
	depth     int      // of the callback in which the goroutine got it; 0: it is in none
	goroutine string   // at depth 0: a record outlives its goroutine
}

// A recording is what all notes of a Recorder share.
type recording struct {
	again func() Recorder

	settling atomic.Uintptr // the g that holds mu to settle it
	mu       sync.Mutex
	user     uintptr // the g that has used it last
}

// Record notes that this goroutine has got v. The Recorder calls use before its methods do anything, also on
// other goroutines. The goroutine that has used it last settles it. The function again refers to v by a weak
// pointer, and returns v or, if it is gone, nil. (It is the caller's because Go 1.22 has no weak pointers, and
// builds this package to try the pure bridge.)
func Record(v Recorder, again func() Recorder) (use func()) {
	c := &recording{again: again}
	use = func() { c.use(v) }
	use()
	return use
}

// use notes that this goroutine uses v. It waits while another one settles it.
func (c *recording) use(v Recorder) {
	g := getg()
	if g == 0 || c.settling.Load() == g {
		return
	}
	c.mu.Lock()
	c.user = g
	c.mu.Unlock()
	noteIn(g, c, v)
}

//go:norace
func noteIn(g uintptr, c *recording, v Recorder) {
	r := find(g)
	if r == nil {
		r = add(g)
	}
	id := ""
	if r.depth == 0 {
		id = goroutine()
	}
	for n := r.notes; n != nil; n = n.next {
		if n.of == c && n.goroutine == id {
			n.value = v
			return
		}
	}
	if r.notes == nil {
		special.Add(1)
	}
	r.notes = &note{r.notes, c, v, r.depth, id}
}

// Here reports whether Settle has something to do or TooDeep may be true on this goroutine. It
// is called if Special is true.
//
//go:norace
func Here() bool {
	r := find(getg())
	return r != nil && (r.notes != nil || r.depth >= LeastLimit)
}

// Settle settles the Recorders that this goroutine was the last to use. It is called before a call
// of a plugin if Special is true.
//
//go:norace
func Settle() {
	if r := find(getg()); r != nil && r.notes != nil {
		r.settle(false)
	}
}

// settle settles what the goroutine has. At the end of a callback, it forgets the Recorders
// that came in this one, and settles them if another goroutine was the last to use them, too: that one
// has ended, unless it uses them for longer than it may.
//
//go:norace
func (r *record) settle(end bool) {
	notes, id := r.notes, ""
	r.notes = nil // settling calls plugins
	var kept *note
	for n := notes; n != nil; {
		next := n.next
		if n.depth == 0 && id == "" {
			id = goroutine()
		}
		last := end && n.depth == r.depth
		if (n.depth > 0 || n.goroutine == id) && n.of.settle(r.g, n.value, last) && !last {
			if n.depth == 0 {
				n.value = nil // until it is used again
			}
			n.next, kept = kept, n
		}
		n = next
	}
	if kept == nil || r.notes != nil { // which are counted
		special.Add(-1)
	}
	for n := kept; n != nil; {
		next := n.next
		n.next, r.notes = r.notes, n
		n = next
	}
}

// settle settles the Recorder on the goroutine of g, if that has used it last, or if any is true. v is
// the Recorder if the note has it. The result is false if nothing uses the Recorder any more.
func (c *recording) settle(g uintptr, v Recorder, any bool) bool {
	if v == nil {
		v = c.again()
	}
	if v == nil {
		return false
	}
	if c.settling.Load() == g {
		return true // a call that settles it has called back
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if any || c.user == g {
		c.settling.Store(g)
		defer c.settling.Store(0)
		v.Settle()
	}
	return true
}

// goroutine returns the number of the running goroutine, with which its stack trace begins.
func goroutine() string {
	var b [32]byte
	id, _, _ := bytes.Cut(bytes.TrimPrefix(b[:runtime.Stack(b[:], false)], []byte("goroutine ")), []byte(" "))
	return string(id)
}
