package build

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// artifactFile is the name of the file that describes an artifact, in the artifact's
// folder. Its time is that of the last use.
const artifactFile = "artifact.json"

// maxTwins bounds the folders that one artifact may have.
const maxTwins = 16

// artifactInfo is the content of artifactFile.
type artifactInfo struct {
	Format    int             `json:"format"`
	Library   string          `json:"library"` // file name
	Header    string          `json:"header"`  // file name; empty if there is none
	SHA256    string          `json:"sha256"`
	HeaderSum string          `json:"header_sha256"`
	Manifest  json.RawMessage `json:"manifest"`
}

// outputs are the states in which the files of an artifact have the right content.
type outputs struct {
	Library fsutil.State `json:"library,omitzero"`
	Header  fsutil.State `json:"header,omitzero"`
}

// artifact returns the artifact in the folder of that name. Files in the known states
// are not read; fresh is not nil if the states are others by now. The manifest is
// nil without decode. The error says why there is no artifact that can be used.
func (c cache) artifact(name string, known *outputs, decode bool) (a *Artifact, fresh *outputs, err error) {
	if !isFileName(name) {
		return nil, nil, fmt.Errorf("artifact has the name %q", name)
	}
	dir := c.path("artifacts", name)
	data, err := os.ReadFile(filepath.Join(dir, artifactFile))
	if err != nil {
		return nil, nil, err
	}
	info, err := decodeArtifact(data)
	if err != nil {
		return nil, nil, err
	}
	a = &Artifact{Path: filepath.Join(dir, info.Library)}
	if info.Header != "" {
		a.Header = filepath.Join(dir, info.Header)
	}
	if fresh, err = info.verify(a, known); err != nil {
		return nil, nil, err
	}
	if decode {
		if a.Manifest, err = manifest.Decode(info.Manifest); err != nil {
			return nil, nil, err
		}
	}
	return a, fresh, nil
}

// decodeArtifact decodes the content of artifactFile. The files that it names are in the
// artifact's folder.
func decodeArtifact(data []byte) (*artifactInfo, error) {
	info := new(artifactInfo)
	if err := json.Unmarshal(data, info); err != nil {
		return nil, err
	}
	if info.Format != recordFormat {
		return nil, fmt.Errorf("artifact has format %d", info.Format)
	}
	if !isFileName(info.Library) || info.Header != "" && !isFileName(info.Header) {
		return nil, fmt.Errorf("artifact names the files %q and %q", info.Library, info.Header)
	}
	return info, nil
}

// isFileName reports whether name is that of a file in a folder, and no path.
func isFileName(name string) bool {
	return name != "." && filepath.Base(name) == name && filepath.IsLocal(name)
}

// verify returns an error if a file is not as it was when it was stored.
func (info *artifactInfo) verify(a *Artifact, known *outputs) (fresh *outputs, err error) {
	now := new(outputs)
	if known != nil {
		*now = *known
	}
	for _, file := range []struct {
		path, sum string
		state     *fsutil.State
	}{{a.Path, info.SHA256, &now.Library}, {a.Header, info.HeaderSum, &now.Header}} {
		if file.path == "" {
			continue
		}
		in := input{file.sum, *file.state}
		changed, err := in.check(file.path)
		if err != nil {
			return nil, fmt.Errorf("artifact has another content than when it was stored: %w", err)
		}
		if *file.state = in.State; changed {
			fresh = now
		}
	}
	return fresh, nil
}

// find returns the artifact of the key and the name of its folder, or nil.
func (c cache) find(key string) (*Artifact, string) {
	for i := range maxTwins {
		name := twin(key, i)
		if a, _, err := c.artifact(name, nil, true); err == nil {
			return a, name
		}
		if _, err := os.Lstat(c.path("artifacts", name)); err != nil {
			break
		}
	}
	return nil, ""
}

// twin names the folders for a key: the first as a rule, a later one if an
// artifact was damaged and cannot be moved out of the way because it is loaded.
func twin(key string, i int) string {
	if i == 0 {
		return key
	}
	return key + "_" + strconv.Itoa(i)
}

// put moves the library that lies in the workspace into the store. The caller
// holds the key's lock.
func (c cache) put(w *workspace, key, library string, header []byte, m *manifest.Manifest) (*Artifact, string, error) {
	fail := func(err error) (*Artifact, string, error) {
		return nil, "", cacheError("storing the library", c.dir, err)
	}
	encoded, err := m.Encode()
	if err != nil {
		return nil, "", fmt.Errorf("storing the library: %w", err)
	}
	base := filepath.Base(library)
	info := artifactInfo{Format: recordFormat, Library: base, Manifest: encoded}
	if header != nil {
		info.Header = headerPath(base)
		info.HeaderSum = hashString(string(header))
		if err := c.recordHeader(info.HeaderSum); err != nil {
			return fail(err)
		}
	}
	stage := filepath.Join(w.dir, "artifact")
	if err := os.Mkdir(stage, 0o700); err != nil {
		return fail(err)
	}
	staged := filepath.Join(stage, base)
	if err := fsutil.Rename(library, staged); err != nil {
		return fail(err)
	}
	if header != nil {
		if err := os.WriteFile(filepath.Join(stage, info.Header), header, 0o600); err != nil {
			return fail(err)
		}
	}
	if info.SHA256, _, err = fsutil.Hash(staged, source.FileSize); err != nil {
		return fail(err)
	}
	data, err := json.Marshal(info)
	if err != nil {
		return fail(err)
	}
	if err := os.WriteFile(filepath.Join(stage, artifactFile), data, 0o600); err != nil {
		return fail(err)
	}
	name, err := c.place(w, stage, key)
	if err != nil {
		return fail(err)
	}
	a, _, err := c.artifact(name, nil, true)
	if err != nil {
		return fail(fmt.Errorf("the library does not read back: %w", err))
	}
	return a, name, nil
}

// recordHeader records that a build has made a header with the sum. Such a header may lie in
// a plugin's folder, where -o puts it: it only declares functions.
func (c cache) recordHeader(sum string) error {
	if err := os.MkdirAll(c.path("headers"), 0o700); err != nil {
		return err
	}
	return os.WriteFile(c.path("headers", sum), nil, 0o600)
}

// madeHeader reports whether a build has made the header at path. sum is that of its
// content, or "" if it is not known yet.
func (c cache) madeHeader(path, sum string) bool {
	if filepath.Ext(path) != ".h" {
		return false
	}
	if sum == "" {
		var err error
		if sum, _, err = fsutil.Hash(path, source.FileSize); err != nil {
			return false
		}
	}
	note := c.path("headers", sum)
	if _, err := os.Stat(note); err != nil {
		return false
	}
	touch(note)
	return true
}

// place moves the staged folder to a name where nothing is, and returns it.
func (c cache) place(w *workspace, stage, key string) (string, error) {
	if err := os.MkdirAll(c.path("artifacts"), 0o700); err != nil {
		return "", err
	}
	for i := range maxTwins {
		name := twin(key, i)
		to := c.path("artifacts", name)
		if _, err := os.Lstat(to); err == nil {
			// Damaged, or the lookup had found it. A library that is loaded
			// cannot be moved on Windows, and then its name is not free.
			if os.Rename(to, filepath.Join(w.dir, "damaged"+strconv.Itoa(i))) != nil {
				continue
			}
		}
		return name, fsutil.Rename(stage, to)
	}
	return "", fmt.Errorf("damaged libraries are in the way of %s: end the programs that use them and remove the folder", c.path("artifacts", key))
}

// libraryName is the file name for a library. It has characters of [a-z0-9_] only, because
// Windows and older versions of Go have trouble with others. It has a part of the content's
// key, because the file of a loaded library cannot be replaced.
func libraryName(pkg, key, goos string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, pkg)
	const longest = 40
	if len(clean) > longest {
		clean = clean[:longest]
	}
	if clean == "" {
		clean = "plugin"
	}
	return clean + "_" + key[:12] + libraryExt(goos)
}

// linkName is the name of a library without the key: kitchen_0123456789ab.dll is
// linked as kitchen.dll.
func linkName(library string) string {
	ext := filepath.Ext(library)
	name := strings.TrimSuffix(library, ext)
	if i := strings.LastIndexByte(name, '_'); i > 0 {
		name = name[:i]
	}
	return name + ext
}

func libraryExt(goos string) string {
	switch goos {
	case "windows":
		return ".dll"
	case "darwin", "ios":
		return ".dylib"
	}
	return ".so"
}
