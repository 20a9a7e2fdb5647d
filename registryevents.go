package winplugin

import (
	"context"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/watch"
)

// A RegistryEvent is what has happened to a plugin of a [Registry].
type RegistryEvent struct {
	Change RegistryChange
	RegistryEntry
}

// A RegistryChange says what a [RegistryEvent] reports.
type RegistryChange string

// The changes of plugins.
const (
	PluginAdded   RegistryChange = "added"   // it was opened
	PluginChanged RegistryChange = "changed" // calls go to a new version
	PluginRemoved RegistryChange = "removed" // its folder or library has gone, and it is being closed
	PluginFailed  RegistryChange = "failed"  // it could not be opened or reloaded; a version before goes on
)

// Events yields what happens, beginning with the plugins that there are: as added, or as failed.
// It ends when ctx does, or when the registry is closed. Events wait for a loop that is slow.
func (r *Registry) Events(ctx context.Context) iter.Seq[RegistryEvent] {
	ctx = orBackground(ctx)
	return func(yield func(RegistryEvent) bool) {
		s := &subscriber{more: make(chan struct{}, 1)}
		r.mu.Lock()
		for _, name := range slices.Sorted(maps.Keys(r.entries)) {
			switch e := r.entries[name].RegistryEntry; {
			case e.Plugin != nil:
				s.events = append(s.events, RegistryEvent{PluginAdded, e})
			case e.Err != nil:
				s.events = append(s.events, RegistryEvent{PluginFailed, e})
			}
		}
		r.subscribers[s] = true
		r.mu.Unlock()
		defer func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			delete(r.subscribers, s)
		}()
		for {
			r.mu.Lock()
			events, closed := s.events, r.closed
			s.events = nil
			r.mu.Unlock()
			for _, e := range events {
				if ctx.Err() != nil || !yield(e) {
					return
				}
			}
			if closed && len(events) == 0 {
				return
			}
			select {
			case <-s.more:
			case <-ctx.Done():
				return
			}
		}
	}
}

// A subscriber is a loop over events.
type subscriber struct {
	events []RegistryEvent
	more   chan struct{} // gets an element when there are more, or the registry is closed
}

func (s *subscriber) wake() {
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// publish passes an event to all subscribers. The caller holds the lock.
func (r *Registry) publish(e RegistryEvent) {
	for s := range r.subscribers {
		s.events = append(s.events, e)
		s.wake()
	}
}

// pluginNames are the names of the plugins in a folder. They are the inputs of a registry.
type pluginNames struct {
	dir     string
	names   map[string]bool
	folders []string // all folders in dir
}

func scanPlugins(dir string) pluginNames {
	p := pluginNames{dir: dir, names: make(map[string]bool)}
	entries, _ := os.ReadDir(dir) // a folder that has gone has no plugins
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if isPlugin(path) {
			p.names[e.Name()] = true
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			p.folders = append(p.folders, path)
		}
	}
	return p
}

// isPlugin reports whether there is a folder with Go files, or a library, at path.
func isPlugin(path string) bool {
	name := filepath.Base(path)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" {
		return false
	}
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if info.Mode().IsRegular() {
		return build.IsLibraryName(name)
	}
	entries, _ := os.ReadDir(path) // what cannot be read is no plugin
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".go" && source.IsSourceName(e.Name()) {
			return true
		}
	}
	return false
}

// Folders, Concerns, Changed and Now are those of watch.Inputs.
func (p pluginNames) Folders() []string { return append([]string{p.dir}, p.folders...) }

func (p pluginNames) Concerns(path string) bool {
	dir := filepath.Dir(path)
	return dir == p.dir || filepath.Dir(dir) == p.dir && filepath.Ext(path) == ".go"
}

func (p pluginNames) Changed() string {
	if now := scanPlugins(p.dir); !maps.Equal(now.names, p.names) || !slices.Equal(now.folders, p.folders) {
		return p.dir
	}
	return ""
}

func (p pluginNames) Now() watch.Inputs { return scanPlugins(p.dir) }
