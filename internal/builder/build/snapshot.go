package build

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// A snapshot is the state of everything on disk that a build depends on.
type snapshot struct {
	Files     map[string]string `json:"files"`                // content's hash by path
	Dirs      map[string]string `json:"dirs"`                 // hash of the names that matter
	EmbedDirs map[string]string `json:"embed_dirs,omitempty"` // hash of all names
	Absent    []string          `json:"absent,omitempty"`
}

// errChanged means that the plugin was edited while it was built.
var errChanged = errors.New("the plugin's files kept changing while it was built; try again when they are saved")

// take records the present state of the inputs.
func take(in source.Inputs) (*snapshot, error) {
	s := &snapshot{
		Files:     make(map[string]string, len(in.Files)),
		Dirs:      make(map[string]string, len(in.Dirs)),
		EmbedDirs: make(map[string]string, len(in.EmbedDirs)),
		Absent:    in.Absent,
	}
	for _, path := range in.Files {
		sum, err := hashFile(path)
		if err != nil {
			return nil, lost(err)
		}
		s.Files[path] = sum
	}
	for _, path := range in.Dirs {
		all := slices.Contains(in.EmbedDirs, path)
		sum, err := hashNames(path, all)
		if err != nil {
			return nil, lost(err)
		}
		if all {
			s.EmbedDirs[path] = sum
		} else {
			s.Dirs[path] = sum
		}
	}
	return s, s.checkAbsent()
}

// lost turns the disappearance of what the analysis has just seen into
// errChanged.
func lost(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errChanged, err)
	}
	return fmt.Errorf("reading the plugin's files: %w", err)
}

// check returns nil if nothing has changed since the snapshot was taken, else
// what has.
func (s *snapshot) check() error {
	if err := s.checkAbsent(); err != nil {
		return err
	}
	for all, dirs := range map[bool]map[string]string{false: s.Dirs, true: s.EmbedDirs} {
		for path, want := range dirs {
			if got, err := hashNames(path, all); err != nil || got != want {
				return fmt.Errorf("%w: files came or went in %s", errChanged, path)
			}
		}
	}
	return s.checkFiles()
}

// checkFiles reads in parallel: a vendor folder may hold thousands of files, and
// most of the time goes into opening them.
func (s *snapshot) checkFiles() error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for path, want := range s.Files {
		group.Go(func() error {
			if got, err := hashFile(path); err != nil || got != want {
				return fmt.Errorf("%w: %s", errChanged, path)
			}
			return nil
		})
	}
	return group.Wait()
}

func (s *snapshot) checkAbsent() error {
	for _, path := range s.Absent {
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%w: %s appeared", errChanged, path)
		}
	}
	return nil
}

// writtenSince reports whether a file was written after start, when reading the
// sources began: the analysis may then have seen another content than the
// snapshot. Times in the future come from another clock and say nothing.
func (s *snapshot) writtenSince(start time.Time) bool {
	now := time.Now()
	for path := range s.Files {
		info, err := os.Stat(path)
		if err != nil || info.ModTime().After(start) && info.ModTime().Before(now) {
			return true
		}
	}
	return false
}

// sum hashes names and contents of the files, named relative to dir, so that the
// same sources in another folder give the same sum. settings is the file of go
// env -w, which is at another place for each user.
func (s *snapshot) sum(dir, settings string) string {
	lines := make([]string, 0, len(s.Files))
	for path, sum := range s.Files {
		name := path
		if path == settings {
			name = "go env"
		} else if rel, err := filepath.Rel(dir, path); err == nil {
			name = filepath.ToSlash(rel)
		}
		lines = append(lines, fmt.Sprintf("%q %s\n", name, sum))
	}
	slices.Sort(lines)
	return hashString(strings.Join(lines, ""))
}

func hashFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hashNames hashes the names in a folder: all of them, or those that the go
// command looks at in a package's folder.
func hashNames(dir string, all bool) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, entry := range entries {
		if all || source.IsSourceName(entry.Name()) {
			fmt.Fprintf(&b, "%q %t\n", entry.Name(), entry.IsDir())
		}
	}
	return hashString(b.String()), nil
}

func hashString(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
