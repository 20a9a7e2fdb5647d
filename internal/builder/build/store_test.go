package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

var testManifest = &manifest.Manifest{
	Format: manifest.Format, Bridge: manifest.Bridge{Kind: "cgo", Version: 1},
	Package: "example", ImportPath: "x.org/example", GOOS: "linux", GOARCH: "amd64",
	Functions: []manifest.Function{{Name: "F"}},
}

var testKey = strings.Repeat("0123456789abcdef", 4)

// put stores a library with the content.
func put(t *testing.T, c cache, key, content string) (*Artifact, string) {
	t.Helper()
	w, err := c.newWorkspace()
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	library := filepath.Join(w.dir, libraryName("example", key, "linux"))
	write(t, library, content)
	a, name, err := c.put(w, key, library, []byte("/* header */"), testManifest)
	if err != nil {
		t.Fatal(err)
	}
	return a, name
}

func TestStore(t *testing.T) {
	c := testCache(t)
	if a, _ := c.find(testKey); a != nil {
		t.Fatal("an empty cache: got an artifact, want none")
	}
	a, name := put(t, c, testKey, "library")
	if name != testKey || a.Manifest.ImportPath != "x.org/example" {
		t.Errorf("got %s of %+v, want %s of x.org/example", name, a, testKey)
	}
	if filepath.Base(a.Path) != "example_0123456789ab.so" || filepath.Base(a.Header) != "example_0123456789ab.h" {
		t.Errorf("got the files %s and %s, want example_0123456789ab.so and .h", a.Path, a.Header)
	}
	if data, err := os.ReadFile(a.Header); err != nil || string(data) != "/* header */" {
		t.Errorf("header is %q, %v, want /* header */", data, err)
	}
	if found, _ := c.find(testKey); found == nil || found.Path != a.Path {
		t.Errorf("found: got %+v, want %s", found, a.Path)
	}
}

func TestDamagedArtifact(t *testing.T) {
	edit := func(old, new string) func(*testing.T, *Artifact) {
		return func(t *testing.T, a *Artifact) {
			path := filepath.Join(filepath.Dir(a.Path), artifactFile)
			data, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(data), old) {
				t.Fatalf("got the file %s, %v, want %s in it", data, err, old)
			}
			write(t, path, strings.Replace(string(data), old, new, 1))
		}
	}
	damages := map[string]func(*testing.T, *Artifact){
		"library gone":      func(t *testing.T, a *Artifact) { remove(t, a.Path) },
		"library cut":       func(t *testing.T, a *Artifact) { write(t, a.Path, "lib") },
		"library changed":   func(t *testing.T, a *Artifact) { write(t, a.Path, "Library") },
		"header gone":       func(t *testing.T, a *Artifact) { remove(t, a.Header) },
		"description gone":  func(t *testing.T, a *Artifact) { remove(t, filepath.Join(filepath.Dir(a.Path), artifactFile)) },
		"description cut":   edit(`{`, ``),
		"another format":    edit(`{"format":2`, `{"format":99`),
		"leads elsewhere":   edit(`"library":"`, `"library":"../../`),
		"manifest unusable": edit(`"package":"example"`, `"package":""`),
		"folder is a file": func(t *testing.T, a *Artifact) {
			dir := filepath.Dir(a.Path)
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			write(t, dir, "")
		},
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			c := testCache(t)
			a, _ := put(t, c, testKey, "library")
			damage(t, a)
			if found, _ := c.find(testKey); found != nil {
				t.Fatalf("found: got the damaged artifact %+v, want none", found)
			}
			again, _ := put(t, c, testKey, "library")
			if found, _ := c.find(testKey); found == nil || found.Path != again.Path {
				t.Errorf("found after it was stored again: got %+v, want %s", found, again.Path)
			}
			if entries, err := os.ReadDir(c.path("work")); err != nil || len(entries) != 0 {
				t.Errorf("left behind: got %v, %v, want nothing", entries, err)
			}
		})
	}
}

func TestArtifactNames(t *testing.T) {
	c := testCache(t)
	put(t, c, testKey, "library")
	for _, name := range []string{"", ".", "..", "../artifacts/" + testKey, testKey + "/.", `..\x`} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := c.artifact(name, nil, true); err == nil {
				t.Errorf("artifact(%q): got no error, want one", name)
			}
		})
	}
}

func TestLibraryName(t *testing.T) {
	for pkg, want := range map[string]string{
		"calc":                  "calc_0123456789ab.dll",
		"MyCalc_2":              "mycalc_2_0123456789ab.dll",
		"größe":                 "gr__e_0123456789ab.dll",
		"":                      "plugin_0123456789ab.dll",
		strings.Repeat("x", 99): strings.Repeat("x", 40) + "_0123456789ab.dll",
	} {
		t.Run(pkg, func(t *testing.T) {
			if got := libraryName(pkg, testKey, "windows"); got != want {
				t.Errorf("%q: %s, want %s", pkg, got, want)
			}
			if got := linkName(want); got != strings.Replace(want, "_0123456789ab", "", 1) {
				t.Errorf("linkName(%s): got %s, want it without the hash", want, got)
			}
		})
	}
}

func TestTrim(t *testing.T) {
	c := testCache(t)
	age := func(path string, by time.Duration) {
		t.Helper()
		when := time.Now().Add(-by)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	const month = 31 * 24 * time.Hour
	oldKey, usedKey := "a"+testKey[1:], "b"+testKey[1:]
	old, _ := put(t, c, oldKey, "old")
	age(filepath.Join(filepath.Dir(old.Path), artifactFile), month)
	used, _ := put(t, c, usedKey, "used")
	for name, by := range map[string]time.Duration{"old.json": month, "used.json": time.Hour, "x.json.1" + fsutil.TempSuffix: 48 * time.Hour} {
		write(t, c.path("index", name), "{}")
		age(c.path("index", name), by)
	}
	for _, name := range []string{"free.lock", "held.lock"} {
		write(t, c.path("locks", name), "")
		age(c.path("locks", name), month)
	}
	held, err := fsutil.TryLock(c.path("locks", "held.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Unlock()
	trim := func() {
		t.Helper()
		w, err := c.newWorkspace()
		if err != nil {
			t.Fatal(err)
		}
		c.trim(w)
		w.close()
	}

	write(t, c.path("trimmed"), "")
	trim()
	if !exists(old.Path) {
		t.Fatal("twice in a day: got the old artifact removed, want it kept")
	}
	age(c.path("trimmed"), 48*time.Hour)
	trim()
	for path, want := range map[string]bool{
		old.Path: false, used.Path: true,
		c.path("index", "old.json"): false, c.path("index", "used.json"): true, c.path("index", "x.json.1"+fsutil.TempSuffix): false,
		c.path("locks", "free.lock"): false, c.path("locks", "held.lock"): true,
	} {
		t.Run(path, func(t *testing.T) {
			if exists(path) != want {
				t.Errorf("%s exists: %t, want %t", path, !want, want)
			}
		})
	}
	if info, err := os.Stat(c.path("trimmed")); err != nil || time.Since(info.ModTime()) > time.Hour {
		t.Error("the record of the trimming: got none of this hour, want one")
	}
}
