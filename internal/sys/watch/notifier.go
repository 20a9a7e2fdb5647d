// Package watch reports when files have changed, and repeats an action then. It learns of changes
// from the system, and looks at the files itself where the system does not report them. Whether
// something has really changed is decided by the content.
package watch

import (
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Inputs are files and folders whose content matters.
type Inputs interface {
	// Folders returns the folders that have the inputs as entries. They need not exist.
	Folders() []string

	// Concerns reports whether the entry of a folder at path may be an input.
	Concerns(path string) bool

	// Changed returns what differs from the content that the inputs describe, or "".
	Changed() string

	// Now returns the same inputs with the content that they have now.
	Now() Inputs
}

// DefaultPoll is the time between two looks at the inputs.
const DefaultPoll = time.Second

// Options of a Notifier.
type Options struct {
	PollOnly bool          // without notifications by the system
	Poll     time.Duration // time between two looks; 0 is DefaultPoll
	Log      *slog.Logger  // nil discards
	System   *System       // shared with other notifiers; nil: the notifier makes one
}

// A Notifier reports that inputs may have changed. Its methods are for one goroutine.
type Notifier struct {
	C <-chan struct{} // one element when something may have changed since the last one was taken

	opt    Options
	signal chan struct{}
	system *System      // nil: there are no notifications
	ticker *time.Ticker // nil: it does not poll
	closed chan struct{}
	group  sync.WaitGroup

	mu      sync.Mutex
	inputs  Inputs
	folders []string            // of the inputs
	watched map[string][]string // real paths of the folders that are watched → their other paths
	stale   map[string]bool     // watched ones that may be other folders by now
}

// NewNotifier returns a Notifier without inputs. It must be closed.
func NewNotifier(opt Options) *Notifier {
	if opt.Poll <= 0 {
		opt.Poll = DefaultPoll
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	n := &Notifier{
		opt: opt, signal: make(chan struct{}, 1), closed: make(chan struct{}),
		watched: make(map[string][]string), stale: make(map[string]bool),
	}
	n.C = n.signal
	if !opt.PollOnly {
		n.system = opt.System
		if n.system == nil {
			n.system = NewSystem()
		}
		if err := n.system.err; err != nil {
			opt.Log.Info("the system does not report changes of files, so they are looked for", "every", opt.Poll, "reason", err)
			n.system = nil
		}
	}
	if n.system == nil {
		n.poll()
		return n
	}
	n.system.attach(n)
	return n
}

// Close ends the notifications. Nothing of the notifier is left when it returns.
func (n *Notifier) Close() {
	close(n.closed)
	switch {
	case n.system == nil:
	case n.opt.System == nil:
		n.system.Close()
	default:
		n.system.detach(n)
	}
	n.group.Wait()
}

// poll begins to report that something may have changed, again and again.
func (n *Notifier) poll() {
	if n.ticker != nil {
		return
	}
	n.ticker = time.NewTicker(n.opt.Poll)
	n.group.Go(func() {
		defer n.ticker.Stop()
		for {
			select {
			case <-n.ticker.C:
				n.report()
			case <-n.closed:
				return
			}
		}
	})
}

func (n *Notifier) report() {
	select {
	case n.signal <- struct{}{}:
	default:
	}
}

// concerns reports whether a change of the entry at path may be one of the inputs.
func (n *Notifier) concerns(path string, op fsnotify.Op) bool {
	// Windows reports that a folder was written to if an entry of it was: it is the same folder.
	replaced := op&^(fsnotify.Write|fsnotify.Chmod) != 0
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.inputs == nil {
		return false // Watch was not called so far
	}
	dir, name := filepath.Split(path)
	dir = filepath.Clean(dir)
	found := false
	for _, folder := range append(n.watched[dir], dir) {
		entry := filepath.Join(folder, name)
		inEntry := func(path string) bool { return replaced && below(entry, path) }
		for real, others := range n.watched { // a folder, or one above it, went or was replaced
			if inEntry(real) || slices.ContainsFunc(others, inEntry) {
				n.stale[real], found = true, true
			}
		}
		// A short name of Windows may stand for any name.
		found = found || slices.ContainsFunc(n.folders, inEntry) || n.inputs.Concerns(entry) || strings.Contains(name, "~")
	}
	return found
}

// below reports whether path is dir or in it.
func below(dir, path string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || filepath.Separator == rest[0] || strings.HasSuffix(dir, string(filepath.Separator)))
}

// Watch sets the inputs. A change after Watch has begun is reported, and one before it may not be:
// the caller looks at the inputs afterwards.
func (n *Notifier) Watch(in Inputs) {
	if n.system == nil {
		return // all is looked at
	}
	want := make(map[string][]string)
	folders := in.Folders()
	for _, folder := range folders {
		for dir := range parents(folder) {
			real, err := filepath.EvalSymlinks(dir)
			if err != nil {
				continue // it does not exist, and the one above is watched
			}
			for up := range parents(real) {
				if _, ok := want[up]; !ok {
					want[up] = nil
				}
			}
			if real != dir && !slices.Contains(want[real], dir) {
				want[real] = append(want[real], dir)
			}
		}
	}
	n.mu.Lock()
	var remove, renew, add []string
	for dir := range n.watched {
		if _, ok := want[dir]; !ok {
			remove = append(remove, dir)
		} else if n.stale[dir] {
			renew = append(renew, dir)
		}
	}
	for dir := range want {
		if _, ok := n.watched[dir]; !ok {
			add = append(add, dir)
		}
	}
	n.inputs, n.folders, n.watched = in, folders, maps.Clone(want)
	clear(n.stale)
	n.mu.Unlock()

	for _, dir := range remove {
		n.system.remove(dir)
	}
	for _, dir := range append(renew, add...) {
		err := n.system.add(n, dir, len(renew) > 0 && slices.Contains(renew, dir))
		switch {
		case errors.Is(err, fs.ErrNotExist): // it has gone a moment ago
		case err != nil:
			n.opt.Log.Info("the system does not report changes in a folder, so they are looked for", "folder", dir, "every", n.opt.Poll, "reason", err)
			n.poll()
		case remote(dir):
			n.opt.Log.Info("a folder is on another machine, so changes are looked for", "folder", dir, "every", n.opt.Poll)
			n.poll()
		}
	}
}

// lost notes that a folder is not watched any more, so that the next Watch tries again. renewed
// says that it is watched, as the folder that it is now. It reports whether the folder was
// watched.
func (n *Notifier) lost(dir string, renewed bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, ok := n.watched[dir]
	delete(n.stale, dir)
	if !renewed {
		delete(n.watched, dir)
	}
	return ok
}

// parents yields the folder and those above it.
func parents(dir string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for yield(dir) {
			up := filepath.Dir(dir)
			if up == dir {
				return
			}
			dir = up
		}
	}
}
