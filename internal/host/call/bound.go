package call

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
)

// A Bound holds what the host has bound to the functions of a plugin, so that it can be bound to
// the plugin's next generation: another loaded library, with exports of its own. It is safe for
// concurrent use.
type Bound struct {
	// Await is called when a generation takes no more calls, by a call that was not begun
	// because of err. It returns nil if there is another generation, and may wait for one. ctx
	// may be nil.
	Await func(ctx context.Context, gone backend.Backend, err error) error

	mu      sync.Mutex
	exports *Exports // of the current generation
	slots   []weak.Pointer[slot]
	sweep   int // the length of slots from which those that are not used are removed
	next    *next
	mirrors mirrors

	replaced atomic.Pointer[[]*replaced] // generations that may still call the host; nil: none
}

// A slot is where a func finds its binding in the current generation.
type slot struct {
	current atomic.Pointer[Binding]
	bound   *Bound
	bind    func(*Exports) (*Binding, error)
}

// A next has bindings in a generation that may become the current one.
type next struct {
	exports  *Exports
	bindings map[*slot]*Binding
}

// now returns the binding in the generation in whose callback this goroutine is, or else in the
// current one. The compiler inlines it, up to the call of slot.now.
func (b *Binding) now() *Binding {
	if b.slot == nil {
		return b
	}
	return b.slot.now()
}

func (s *slot) now() *Binding {
	if s.bound.replaced.Load() != nil {
		return s.nested()
	}
	return s.current.Load()
}

// SetBound makes bindings of e last for the generations that follow. It is called before
// anything is bound.
func (e *Exports) SetBound(b *Bound) { e.bound, e.mirrors = b, &b.mirrors }

// last returns a binding that bind makes, and which lasts for the generations that follow if e
// has a Bound.
func (e *Exports) last(bind func(*Exports) (*Binding, error)) (*Binding, error) {
	if e.bound == nil {
		return bind(e)
	}
	return e.bound.add(bind)
}

func (l *Bound) add(bind func(*Exports) (*Binding, error)) (*Binding, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, err := bind(l.exports)
	if err != nil {
		return nil, err
	}
	s := &slot{bound: l, bind: bind}
	s.current.Store(b)
	if len(l.slots) >= l.sweep {
		l.collect()
		l.sweep = max(64, 2*len(l.slots))
	}
	l.slots = append(l.slots, weak.Make(s))
	root := *b
	root.slot = s
	return &root, nil
}

// collect removes the slots that no func uses any more, and returns the others. The caller
// holds the lock.
func (l *Bound) collect() (used []*slot) {
	kept := l.slots[:0]
	for _, w := range l.slots {
		if s := w.Value(); s != nil {
			kept, used = append(kept, w), append(used, s)
		}
	}
	clear(l.slots[len(kept):])
	l.slots = kept
	return used
}

// Check returns an error that joins one *SignatureError for each function that is bound and
// that e, the exports of another generation, does not have in this form. Switch to e then takes
// little time.
func (l *Bound) Check(e *Exports) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.prepare(e)
}

// Switch binds everything to e, the exports of another generation. Either all is bound, or the
// error is that of Check, and nothing has changed.
func (l *Bound) Switch(e *Exports) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.prepare(e); err != nil {
		return err
	}
	l.replace()
	for s, b := range l.next.bindings {
		s.current.Store(b)
	}
	l.exports, l.next = e, nil
	return nil
}

// Forget drops what Check has prepared.
func (l *Bound) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = nil
}

// prepare makes the bindings in e of what is bound. The caller holds the lock.
func (l *Bound) prepare(e *Exports) error {
	if l.next == nil || l.next.exports != e {
		l.next = &next{e, make(map[*slot]*Binding)}
	}
	var errs []error
	for _, s := range l.collect() {
		if l.next.bindings[s] != nil {
			continue
		}
		b, err := s.bind(e)
		if err == nil && !b.passesAs(s.current.Load()) {
			err = b.sig.Mismatch("its arguments or results are passed in another way than before; bind it again")
		}
		if err != nil {
			errs = append(errs, s.refused(e, err))
			continue
		}
		l.next.bindings[s] = b
	}
	if errs != nil {
		l.next = nil
	}
	return errors.Join(errs...)
}

// refused returns the error for a function or variable that cannot be bound to e because of err.
func (s *slot) refused(e *Exports, err error) error {
	old, now := s.current.Load().sig, ""
	if d, err := e.find(old.Name); err == nil {
		now = d.sig.text
	} else if v := e.variables[old.Name]; v != nil {
		now = v.get.sig.text
	}
	switch {
	case now == "":
		return old.Mismatch("it is bound, and the new generation does not have it: %v", err)
	case now != old.text:
		return old.Mismatch("it is bound, and is %s in the new generation: %v", now, err)
	}
	return err
}

// passesAs reports whether a func that was made for the other binding can call by this one.
func (b *Binding) passesAs(other *Binding) bool {
	return b.in == other.in && b.context == other.context && b.error == other.error && (b.dynamic == nil) == (other.dynamic == nil) &&
		letters(b.params) == letters(other.params) && letters(b.results) == letters(other.results) &&
		(len(b.sig.Updates) == len(other.sig.Updates) || other.shape() == nil) // shapes have no updates
}

func (l *Bound) current() *Exports {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.exports
}

// again begins a call of f that err has kept from beginning by b. If b's generation takes no
// more calls, and there is another one, the call is begun there.
func (c *Call) again(ctx context.Context, f, b *Binding, err error) (*Binding, error) {
	for f.slot != nil && IsGone(err) {
		if err := f.slot.bound.Await(ctx, b.target.backend, err); err != nil {
			return nil, err
		}
		b = f.slot.current.Load()
		if err = b.begin(c, ctx); err == nil {
			return b, nil
		}
	}
	return nil, err
}

// IsGone reports whether an error of a call that was not begun says that the plugin takes no more calls.
func IsGone(err error) bool {
	var gone *backend.GoneError
	return errors.As(err, &gone)
}
