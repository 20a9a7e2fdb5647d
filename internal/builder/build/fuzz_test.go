package build

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// cacheSeeds are records and artifact files that the cache may hold.
func cacheSeeds(t testing.TB) [][2]string {
	t.Helper()
	encoded, err := testManifest.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return [][2]string{
		{`{"format":2,"inputs":{"files":{"/f":{"sum":"00"}},"dirs":{"/":"00"},"absent":["/none"]},"artifact":"a","outputs":{"library":[1,2,3,4,5]},"c":{"macro":"M"}}`,
			`{"format":2,"library":"l.so","header":"l.h","sha256":"` + hashString("library") + `","header_sha256":"` + hashString("header") + `","manifest":` + string(encoded) + `}`},
		{`{"format":2,"inputs":{"files":{"/f":null}}}`, `{"format":2,"library":"../l.so"}`},
		{`{"format":2,"inputs":{"files":{"/f":{}}},"artifact":"../a"}`, `{"format":2,"library":"l.so","header":"."}`},
		{`null`, `[]`},
	}
}

// Whatever the cache holds, it is an artifact that was stored or none.
func TestDamagedCache(t *testing.T) {
	w := func(path, content string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, seed := range cacheSeeds(t) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			c := testCache(t)
			dir := c.path("artifacts", "a")
			w(filepath.Join(dir, "l.so"), "library")
			w(filepath.Join(dir, "l.h"), "header")
			w(filepath.Join(dir, artifactFile), seed[1])
			w(c.recordPath("key"), seed[0])
			if r := c.readRecord("key"); r != nil {
				_, _ = checkFiles(r.Inputs.Files)
				_ = r.Inputs.dirStates()
				_, _, _ = c.artifact(r.Artifact, r.Outputs, true)
				if err := c.writeRecord("again", r); err != nil {
					t.Errorf("writing what was read: got error %v, want nil", err)
				}
			}
			a, _, err := c.artifact("a", nil, true)
			if stored := i == 0; stored != (err == nil) {
				t.Fatalf("got %v, want an artifact: %v", err, stored)
			}
			if err == nil && (a.Path != filepath.Join(dir, "l.so") || a.Header != filepath.Join(dir, "l.h") || a.Manifest == nil) {
				t.Errorf("got %+v, want a library, a header and a manifest", a)
			}
		})
	}
}

// A record that is read has inputs and can be written, and reads back as it was. The files of an
// artifact are in its folder.
func FuzzRecord(f *testing.F) {
	for _, seed := range cacheSeeds(f) {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, record, info string) {
		if r, err := decodeRecord([]byte(record)); err == nil {
			_ = r.Inputs.sum("/dir", "/f")
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatalf("writing what was read: got error %v, want nil", err)
			}
			again, err := decodeRecord(data)
			if err != nil {
				t.Fatalf("reading what was written: got error %v, want nil", err)
			}
			if rewritten, err := json.Marshal(again); err != nil || string(rewritten) != string(data) {
				t.Errorf("got %s, %v, want %s", rewritten, err, data)
			}
		}
		a, err := decodeArtifact([]byte(info))
		if err != nil {
			return
		}
		for _, name := range []string{a.Library, a.Header} {
			if path := filepath.Join("dir", name); name != "" && filepath.Dir(path) != "dir" || name == "" && name == a.Library {
				t.Errorf("got the file %q, want one in its folder", name)
			}
		}
		if m, err := manifest.Decode(a.Manifest); (m == nil) == (err == nil) {
			t.Errorf("got the manifest %v, %v, want either a manifest or an error", m, err)
		}
	})
}

// Whatever a compiler prints, each position that is made of it has a file and a message
// from it.
func FuzzCompilerOutput(f *testing.F) {
	f.Add("# p\n./p.go:5:47: too many arguments\n\thave (n)\n\twant ()\ngo: go.mod:3: unknown directive: x\n")
	f.Add("b.c:1:23: error: 'b' undeclared\nb.c:9: fatal error: x.h: no such file\nC:\\x\\y.go:1:2: bad\r\n")
	f.Add("x.o: /a\\ b/c.h \\\n /d$$e.h \\\r\n f\\#g.h\n")
	f.Add(".. /usr/include/stdio.h\n/x.h\n")
	dir := f.TempDir()
	p := outputParser{cwd: dir, dir: filepath.Join(dir, "plugin"), overlay: filepath.Join(dir, "overlay"), module: "x.org/p", root: dir}
	f.Fuzz(func(t *testing.T, output string) {
		for _, d := range p.parse(p.text(output)) {
			if d.File == "" || d.Line < 0 || d.Column < 0 {
				t.Errorf("got %+v, want a file and a position", d)
			}
		}
		for _, file := range slices.Concat(makeDependencies([]byte(output)), printedHeaders([]byte(output))) {
			if file == "" || strings.Contains(file, "\n") {
				t.Errorf("got the file %q, want a name on one line", file)
			}
		}
	})
}
