package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// FileSize is the size up to which files are read.
const FileSize = maxFile

// A Copy is a file as it was read for the analysis. Nothing reads the file again: the
// policy, the go command and the compiler all see the copy.
type Copy struct {
	Path  string       // a private file with the same content
	Sum   string       // SHA-256 in hex
	State fsutil.State // of the original, before it was read
}

// A frozen is a set of files, each read once, in the folder dir.
type frozen struct {
	dir    string
	copies map[string]Copy // by the path of the original
	hidden map[string]bool // files in the folders of Inputs.Dirs that the go command did not list
	names  map[string]string
}

func newFrozen(dir string) (*frozen, error) {
	f := &frozen{dir: filepath.Join(dir, "files"), copies: make(map[string]Copy)}
	return f, os.Mkdir(f.dir, 0o700)
}

// read returns the content of a file, which it copies at the first time.
func (f *frozen) read(path string) ([]byte, error) {
	if c, ok := f.copies[path]; ok {
		return os.ReadFile(c.Path)
	}
	var data bytes.Buffer
	err := f.copy(path, &data)
	return data.Bytes(), err
}

func (f *frozen) copy(path string, data *bytes.Buffer) error {
	c := Copy{Path: filepath.Join(f.dir, strconv.Itoa(len(f.copies))+"-"+filepath.Base(path))}
	to, err := os.OpenFile(c.Path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if data == nil {
		c.Sum, c.State, err = fsutil.Hash(path, FileSize, to)
	} else {
		c.Sum, c.State, err = fsutil.Hash(path, FileSize, to, data)
	}
	if closeErr := to.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		f.copies[path] = c
	}
	return err
}

// freeze copies all files of the inputs and records the names in their folders. It reports
// whether a file was written after start, when the go command was run: its output may then
// not match the copies.
func (f *frozen) freeze(in *Inputs, start time.Time) (late bool, err error) {
	known := len(f.copies)
	for _, path := range in.Files {
		if _, ok := f.copies[path]; ok {
			continue
		}
		if err := f.copy(path, nil); err != nil {
			return false, fmt.Errorf("reading the plugin's files: %w", err)
		}
	}
	now := time.Now()
	during := func(t time.Time) bool { return t.After(start) && t.Before(now) } // other times come from other clocks
	if len(f.copies) > known {
		for _, c := range f.copies {
			late = late || during(c.State.ModTime())
		}
	}
	files := make(set)
	files.add(in.Files...)
	embed := make(set)
	embed.add(in.EmbedDirs...)
	f.hidden, f.names = make(map[string]bool), make(map[string]string)
	for _, dir := range in.Dirs {
		before := time.Now()
		names, hidden, err := readNames(dir, embed[dir], files)
		if err != nil {
			return false, fmt.Errorf("reading the plugin's folders: %w", err)
		}
		f.names[dir] = names
		for _, path := range hidden {
			f.hidden[path] = true
		}
		if len(hidden) > 0 {
			state, err := fsutil.Look(dir)
			late = late || err != nil || state.ModTime().After(start) && state.ModTime().Before(before)
		}
	}
	return late, nil
}

// HashNames hashes the names in a folder: all of them, or those that the go command
// looks at in a package's folder.
func HashNames(dir string, all bool) (string, error) {
	sum, _, err := readNames(dir, all, nil)
	return sum, err
}

// readNames is HashNames, and returns the files that are not among those known.
func readNames(dir string, all bool, known set) (sum string, others []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	for _, entry := range entries {
		if !all && !IsSourceName(entry.Name()) {
			continue
		}
		fmt.Fprintf(&b, "%q %t\n", entry.Name(), entry.IsDir())
		if path := filepath.Join(dir, entry.Name()); !entry.IsDir() && !known[path] {
			others = append(others, path)
		}
	}
	hash := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(hash[:]), others, nil
}

// overlay maps the files to what the go command is to read in their place.
func (f *frozen) overlay(modCache string) map[string]string {
	replace := make(map[string]string, len(f.copies)+len(f.hidden))
	for path := range f.hidden {
		replace[path] = ""
	}
	for path, c := range f.copies {
		if !within(modCache, path) { // the go command refuses these; they never change
			replace[path] = c.Path
		}
	}
	return replace
}

func (f *frozen) restore(output, cwd string) string {
	if f == nil {
		return output
	}
	return Restore(output, f.overlay(""), cwd)
}

// Restore names the originals in the output of a compiler that ran in the folder cwd
// and read the overlay's files, and leaves out what it quotes of files that are no source.
func Restore(output string, overlay map[string]string, cwd string) string {
	output = withhold(output)
	for path, to := range overlay {
		if to == "" || !strings.Contains(output, filepath.Base(to)) {
			continue
		}
		output = strings.ReplaceAll(output, to, path)
		if rel, err := filepath.Rel(cwd, to); err == nil {
			output = strings.ReplaceAll(output, rel, path)
		}
	}
	return output
}

// WriteOverlay writes the file that the go command's flag -overlay names.
func WriteOverlay(path string, replace map[string]string) error {
	data, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
