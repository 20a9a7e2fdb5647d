package build

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Whatever the cache holds, it is an artifact that was stored or none.
func FuzzRecord(f *testing.F) {
	w := func(t testing.TB, path, content string) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := testManifest.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(`{"format":2,"inputs":{"files":{"/f":{"sum":"00"}},"dirs":{"/":"00"},"absent":["/none"]},"artifact":"a","outputs":{"library":[1,2,3,4,5]},"c":{"macro":"M"}}`,
		`{"format":2,"library":"l.so","header":"l.h","sha256":"`+hashString("library")+`","header_sha256":"`+hashString("header")+`","manifest":`+string(manifest)+`}`)
	f.Add(`{"format":2,"inputs":{"files":{"/f":null}}}`, `{"format":2,"library":"../l.so"}`)
	f.Add(`null`, `[]`)
	f.Fuzz(func(t *testing.T, record, info string) {
		c := testCache(t)
		dir := c.path("artifacts", "a")
		w(t, filepath.Join(dir, "l.so"), "library")
		w(t, filepath.Join(dir, "l.h"), "header")
		w(t, filepath.Join(dir, artifactFile), info)
		w(t, c.recordPath("key"), record)
		if r := c.readRecord("key"); r != nil {
			_, _ = checkFiles(r.Inputs.Files)
			_ = r.Inputs.dirStates()
			_, _, _ = c.artifact(r.Artifact, r.Outputs, true)
			if err := c.writeRecord("again", r); err != nil {
				t.Errorf("writing what was read: %v", err)
			}
		}
		a, _, err := c.artifact("a", nil, true)
		if err != nil {
			return
		}
		if a.Path != filepath.Join(dir, "l.so") || a.Header != "" && a.Header != filepath.Join(dir, "l.h") || a.Manifest == nil {
			t.Errorf("got %+v", a)
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
				t.Errorf("got %+v", d)
			}
		}
		for _, file := range slices.Concat(makeDependencies([]byte(output)), printedHeaders([]byte(output))) {
			if file == "" || strings.Contains(file, "\n") {
				t.Errorf("got the file %q", file)
			}
		}
	})
}
