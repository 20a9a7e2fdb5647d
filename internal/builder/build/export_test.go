package build

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExport(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := &Artifact{Path: write("p_0123.so", "library"), Header: write("p_0123.h", "header")}
	folder := filepath.Join(dir, "a folder ü")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	old := write("old.dll", "an older library")
	for _, test := range []struct{ to, library, header string }{
		{filepath.Join(folder, "new.so"), filepath.Join(folder, "new.so"), filepath.Join(folder, "new.h")},
		{folder, filepath.Join(folder, "p.so"), filepath.Join(folder, "p.h")},
		{old, old, filepath.Join(dir, "old.h")},
	} {
		got, err := Export(a, test.to)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&Artifact{Path: test.library, Header: test.header}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for path, want := range map[string]string{got.Path: "library", got.Header: "header"} {
			if b, err := os.ReadFile(path); err != nil || string(b) != want {
				t.Errorf("%s holds %q, %v", path, b, err)
			}
		}
	}
	if _, err := Export(a, filepath.Join(dir, "x.h")); err == nil {
		t.Error("the library and its header have one name")
	}
	if _, err := Export(a, filepath.Join(dir, "none", "x.so")); err == nil {
		t.Error("written into a folder that does not exist")
	}
}
