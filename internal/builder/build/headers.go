package build

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A cBuild is the state of the C code in a plugin and its dependencies.
//
// The go command does not know which files a C compiler reads beyond those of a
// package, and uses its old object files when they change. So the compiler reports
// them, and C code is compiled with a macro whose name changes with these files. As a rule
// the macro is only the name of an empty header that is added to the packages, which makes
// the go command compile these packages and no others. A flag for the C preprocessor would
// have it compile runtime/cgo and all other C code again.
type cBuild struct {
	Macro   string   `json:"macro"`
	Headers []string `json:"headers,omitempty"` // outside of the packages; they are among the inputs too

	// Silent says that the compiler has reported no files at all. It is then unknown whether
	// the library is up to date, so it is not used again.
	Silent bool `json:"silent,omitempty"`

	fresh bool // the C code has to be compiled, as the macro is new
}

// cBuild returns the state for a build of C code, nil if there is none. It stays as it
// was in the last build if the files that the compiler read then have not changed; they
// are added to the inputs.
func (b *builder) cBuild(m *source.Model, inputs *snapshot, last *record) *cBuild {
	if len(m.CDirs) == 0 {
		return nil
	}
	if last != nil && last.C != nil && !last.C.Silent {
		headers := make(map[string]*input)
		for _, path := range last.C.Headers {
			if headers[path] = last.Inputs.Files[path]; headers[path] == nil {
				headers[path] = new(input)
			}
		}
		if _, err := checkFiles(headers); err == nil {
			maps.Copy(inputs.Files, headers)
			return last.C
		}
	}
	var id [8]byte
	rand.Read(id[:]) // never fails
	return &cBuild{Macro: "WINPLUGIN_" + hex.EncodeToString(id[:]), fresh: true}
}

// marked returns the folders of the packages that get the header which is named after the
// macro: those that bring C or assembly, and the plugin's, which has C code if the bridge has.
// It is nil if one of them is in the module cache, where the go command sees no such file: then
// the macro has to be a flag.
func (c *compilation) marked() []string {
	dirs := []string{c.model.Dir}
	for _, dir := range c.model.CDirs {
		if dir != c.model.Dir && !slices.Contains(c.model.Inputs.Dirs, dir) {
			return nil
		}
		dirs = append(dirs, dir)
	}
	return dirs
}

// writeMarker writes the header and adds it to the files that the build sees.
func (c *compilation) writeMarker(replace map[string]string) error {
	if c.c == nil || c.marked() == nil {
		return nil
	}
	name := "zz_" + strings.ToLower(c.c.Macro) + ".h"
	path := filepath.Join(c.overlayDir(), name)
	for _, dir := range c.marked() {
		replace[filepath.Join(dir, name)] = path
	}
	return os.WriteFile(path, nil, 0o600)
}

// A headerLog is the file in which the C compiler reports what it reads.
type headerLog struct {
	gcc   string
	clang string
	start time.Time
}

func newHeaderLog(dir string) *headerLog {
	dir = shortPath(dir)
	return &headerLog{filepath.Join(dir, "headers.d"), filepath.Join(dir, "headers.txt"), time.Now()}
}

// env makes compilers report. See
// https://gcc.gnu.org/onlinedocs/gcc/Environment-Variables.html
func (l *headerLog) env() []string {
	env := []string{"CC_PRINT_HEADERS=1", "CC_PRINT_HEADERS_FILE=" + l.clang}
	if strings.Contains(l.gcc, " ") { // GCC would write to the path up to the space
		return env
	}
	return append(env, "DEPENDENCIES_OUTPUT="+l.gcc)
}

// add adds what the compiler read to the inputs and to the state. Relative paths are
// relative to one of dirs. Files in the site are gone after the build, so they are left out.
func (c *cBuild) add(l *headerLog, inputs *snapshot, dirs []string, work *site) error {
	gcc, _ := os.ReadFile(l.gcc)
	clang, _ := os.ReadFile(l.clang)
	c.Silent = c.fresh && len(gcc) == 0 && len(clang) == 0
	for _, path := range append(makeDependencies(gcc), printedHeaders(clang)...) {
		paths := []string{path}
		if !filepath.IsAbs(path) {
			paths = nil
			for _, dir := range dirs {
				paths = append(paths, filepath.Join(dir, path))
			}
		}
		for _, path := range paths {
			path = filepath.Clean(path)
			if work.holds(path) || inputs.Files[path] != nil {
				continue
			}
			sum, state, err := fsutil.Hash(path, source.FileSize)
			if err != nil {
				continue // of a relative path, the others
			}
			if state.ModTime().After(l.start) && state.ModTime().Before(time.Now()) {
				return fmt.Errorf("%w: %s was written", errChanged, path)
			}
			inputs.Files[path] = &input{sum, state.Settled(time.Now())}
			c.Headers = append(c.Headers, path)
		}
	}
	slices.Sort(c.Headers)
	c.Headers = slices.Compact(c.Headers)
	return nil
}

// makeDependencies returns the files that the rules of a makefile name as dependencies.
// Spaces in names are escaped by a backslash, and backslashes are not.
func makeDependencies(rules []byte) []string {
	text := strings.NewReplacer("\\\r\n", " ", "\\\n", " ").Replace(string(rules))
	var list []string
	for line := range strings.Lines(text) {
		_, files, ok := strings.Cut(line, ": ")
		if !ok {
			continue
		}
		const space = "\x00"
		files = strings.NewReplacer(`\ `, space, `\#`, "#", "$$", "$").Replace(files)
		for _, file := range strings.Fields(files) {
			list = append(list, strings.ReplaceAll(file, space, " "))
		}
	}
	return list
}

// printedHeaders returns the files that Clang prints, one a line. Some versions print dots
// and a space before the name, which show how deep the header is included.
func printedHeaders(output []byte) []string {
	var list []string
	for line := range bytes.Lines(output) {
		file := strings.TrimRight(string(line), "\r\n")
		if dots, name, ok := strings.Cut(file, " "); ok && strings.Trim(dots, ".") == "" {
			file = name
		}
		if file != "" {
			list = append(list, file)
		}
	}
	return list
}
