package build

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A snapshot is the state of everything on disk that a build depends on.
type snapshot struct {
	Files     map[string]*input `json:"files"`                // by path
	Dirs      map[string]string `json:"dirs"`                 // hash of the names that matter
	EmbedDirs map[string]string `json:"embed_dirs,omitempty"` // hash of all names
	Absent    []string          `json:"absent,omitempty"`
}

// An input is a file. While its state is the same, so is its content.
type input struct {
	Sum   string       `json:"sum"`            // SHA-256 in hex
	State fsutil.State `json:"state,omitzero"` // zero if a change might leave it as it is
}

// errChanged means that the plugin's folder was changed while it was built.
var errChanged = errors.New("files of the plugin kept coming and going while it was built; try again when they are saved")

// newSnapshot returns the state of the inputs that the analysis saw.
func newSnapshot(m *source.Model) *snapshot {
	s := &snapshot{
		Files:     make(map[string]*input, len(m.Inputs.Files)),
		Dirs:      make(map[string]string, len(m.Inputs.Dirs)),
		EmbedDirs: make(map[string]string, len(m.Inputs.EmbedDirs)),
		Absent:    slices.Clone(m.Inputs.Absent),
	}
	now := time.Now()
	for _, path := range m.Inputs.Files {
		c := m.Copies[path]
		s.Files[path] = &input{c.Sum, c.State.Settled(now)}
	}
	for _, path := range m.Inputs.Dirs {
		if slices.Contains(m.Inputs.EmbedDirs, path) {
			s.EmbedDirs[path] = m.Names[path]
		} else {
			s.Dirs[path] = m.Names[path]
		}
	}
	for _, name := range bridge.Folders {
		s.Absent = append(s.Absent, filepath.Join(m.Dir, name))
	}
	return s
}

// check returns nil if nothing has changed since the snapshot was taken, else what
// has. It reports whether files were read and have new states, which are in the
// snapshot then.
func (s *snapshot) check() (read bool, err error) {
	if err := s.checkNames(); err != nil {
		return false, err
	}
	return checkFiles(s.Files)
}

// checkNames returns nil if no file was added or removed.
func (s *snapshot) checkNames() error {
	for _, path := range s.Absent {
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%w: %s appeared", errChanged, path)
		}
	}
	for all, dirs := range map[bool]map[string]string{false: s.Dirs, true: s.EmbedDirs} {
		for path, want := range dirs {
			if got, err := source.HashNames(path, all); err != nil || got != want {
				return fmt.Errorf("%w: files came or went in %s", errChanged, path)
			}
		}
	}
	return nil
}

// dirStates returns the states of the folders. While they are the same, no file was
// added or removed, not even for a moment.
func (s *snapshot) dirStates() map[string]fsutil.State {
	states := make(map[string]fsutil.State)
	for _, dirs := range []map[string]string{s.Dirs, s.EmbedDirs} {
		for path := range dirs {
			states[path], _ = fsutil.Look(path) // zero is no state
		}
	}
	return states
}

// checkFiles returns nil if the files have the content that they had. It looks at many
// at a time: a vendor folder may hold thousands, and opening one takes the most time.
func checkFiles(files map[string]*input) (read bool, err error) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	var reads atomic.Bool
	for path, in := range files {
		group.Go(func() error {
			changed, err := in.check(path)
			if changed {
				reads.Store(true)
			}
			return err
		})
	}
	err = group.Wait()
	return reads.Load(), err
}

// check returns nil if the file at path has the content that it had. It reads the file
// only if its state cannot tell, and reports whether the state is another now.
func (in *input) check(path string) (changed bool, err error) {
	if in.State.Same(path) {
		return false, nil
	}
	sum, state, err := fsutil.Hash(path, source.FileSize)
	if err != nil || sum != in.Sum {
		return false, fmt.Errorf("%w: %s", errChanged, path)
	}
	state = state.Settled(time.Now())
	changed = state != in.State
	in.State = state
	return changed, nil
}

// sum hashes names and contents of the files, named relative to dir, so that the
// same sources in another folder give the same sum. settings is the file of go
// env -w, which is at another place for each user.
func (s *snapshot) sum(dir, settings string) string {
	lines := make([]string, 0, len(s.Files))
	for path, in := range s.Files {
		name := path
		if path == settings {
			name = "go env"
		} else if rel, err := filepath.Rel(dir, path); err == nil {
			name = filepath.ToSlash(rel)
		}
		lines = append(lines, fmt.Sprintf("%q %s\n", name, in.Sum))
	}
	slices.SortFunc(lines, cmp.Compare)
	return hashString(strings.Join(lines, ""))
}
