package call

import (
	"slices"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
)

// A replaced is a generation in whose place another one is, and which may still call the host. A
// call that is nested in such a callback stays in that generation, so that the outer call
// sees one generation only.
type replaced struct {
	exports *Exports

	mu       sync.Mutex
	bindings map[*slot]*Binding // nil for what cannot be bound to the generation
}

// Retire forgets a generation that was replaced and has ended.
func (l *Bound) Retire(e *Exports) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list := l.replaced.Load(); list != nil {
		l.setReplaced(slices.DeleteFunc(slices.Clone(*list), func(r *replaced) bool { return r.exports == e }))
	}
}

func (l *Bound) setReplaced(list []*replaced) {
	if len(list) == 0 {
		l.replaced.Store(nil)
		return
	}
	l.replaced.Store(&list)
}

// replace notes that the current generation is about to be replaced. The caller holds the lock.
func (l *Bound) replace() {
	if l.exports == nil {
		return
	}
	r := &replaced{exports: l.exports, bindings: make(map[*slot]*Binding)}
	for _, s := range l.collect() {
		r.bindings[s] = s.current.Load()
	}
	var list []*replaced
	if before := l.replaced.Load(); before != nil {
		list = slices.Clone(*before)
	}
	l.setReplaced(append(list, r))
}

// nested returns the generation in whose callback this goroutine is, if it was replaced. The
// innermost callback of a generation of the plugin decides.
func (l *Bound) nested(current *target) (in *replaced) {
	list := l.replaced.Load()
	if list == nil {
		return nil
	}
	nesting.Innermost(func(session uint64) bool {
		for _, r := range *list {
			if r.exports.backend.Session() == session {
				in = r
				return true
			}
		}
		return session == current.backend.Session()
	})
	return in
}

// nested returns the binding in the generation in whose callback this goroutine is, or else in
// the current one.
func (s *slot) nested() *Binding {
	b := s.current.Load()
	r := s.bound.nested(b.target)
	if r == nil {
		return b
	}
	if old := r.binding(s, b); old != nil {
		return old
	}
	return b
}

// binding returns the binding of s in the generation, or nil if there is none by which a func
// that was made for now can call.
func (r *replaced) binding(s *slot, now *Binding) *Binding {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, known := r.bindings[s]
	if !known { // it was bound later
		var err error
		if b, err = s.bind(r.exports); err != nil || !b.passesAs(now) {
			b = nil
		}
		r.bindings[s] = b
	}
	return b
}
