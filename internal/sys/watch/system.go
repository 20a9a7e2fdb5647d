package watch

import (
	"maps"
	"slices"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// A System receives the system's notifications for any number of Notifiers. Systems limit how
// many processes may have of them: fs.inotify.max_user_instances on Linux.
type System struct {
	err     error // there are no notifications
	watcher *fsnotify.Watcher
	ended   chan struct{} // closed when no notification is received any more

	changing sync.Mutex     // held while folders are added and removed
	users    map[string]int // how many notifiers watch a folder, by its real path

	// mu is never held while fsnotify is called: fsnotify may wait until its notifications are
	// received, and each is passed on to all notifiers.
	mu        sync.Mutex
	notifiers []*Notifier
}

// NewSystem returns a System. It must be closed. If there are no notifications, its notifiers
// look at the files themselves.
func NewSystem() *System {
	s := &System{users: make(map[string]int), ended: make(chan struct{})}
	if s.watcher, s.err = fsnotify.NewWatcher(); s.err != nil {
		return s
	}
	go s.receive()
	return s
}

// Close ends the notifications. Its notifiers must be closed, too.
func (s *System) Close() {
	if s.err == nil {
		_ = s.watcher.Close() // fails for what has gone
		<-s.ended
	}
}

func (s *System) all() []*Notifier {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.notifiers
}

func (s *System) attach(n *Notifier) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notifiers = append(slices.Clone(s.notifiers), n)
}

// detach ends the notifications for n.
func (s *System) detach(n *Notifier) {
	s.mu.Lock()
	s.notifiers = slices.DeleteFunc(slices.Clone(s.notifiers), func(other *Notifier) bool { return other == n })
	s.mu.Unlock()
	n.mu.Lock()
	watched, stale := slices.Collect(maps.Keys(n.watched)), slices.Collect(maps.Keys(n.stale))
	n.mu.Unlock()
	for _, dir := range stale { // the others expect that n does it
		_ = s.add(n, dir, true)
	}
	for _, dir := range watched {
		s.remove(dir)
	}
}

// receive takes the system's notifications.
func (s *System) receive() {
	defer close(s.ended)
	events, errs := s.watcher.Events, s.watcher.Errors
	for events != nil || errs != nil {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			for _, n := range s.all() {
				if e.Name != "" && e.Op != fsnotify.Chmod && n.concerns(e.Name, e.Op) {
					n.report()
				}
			}
		case _, ok := <-errs:
			if !ok {
				errs = nil
				continue
			}
			for _, n := range s.all() {
				n.report() // events may be lost
			}
		}
	}
}

// add watches a folder for n. renew says that n has watched it, and that it may be another folder
// by now. If that fails, no notifier watches it.
func (s *System) add(n *Notifier, dir string, renew bool) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if !renew {
		if s.users[dir]++; s.users[dir] > 1 {
			return nil
		}
	} else {
		_ = s.watcher.Remove(dir) // fails for what has gone
	}
	err := s.watcher.Add(dir)
	if err == nil {
		s.users[dir] = max(s.users[dir], 1)
	} else {
		delete(s.users, dir)
		n.lost(dir, false)
	}
	if renew {
		for _, other := range s.all() {
			if other != n && other.lost(dir, err == nil) {
				other.report() // it has missed what has happened meanwhile
			}
		}
	}
	return err
}

// remove ends the watching of a folder by a notifier.
func (s *System) remove(dir string) {
	s.changing.Lock()
	defer s.changing.Unlock()
	switch s.users[dir]--; {
	case s.users[dir] == 0:
		_ = s.watcher.Remove(dir) // fails for what has gone
		fallthrough
	case s.users[dir] < 0:
		delete(s.users, dir)
	}
}
