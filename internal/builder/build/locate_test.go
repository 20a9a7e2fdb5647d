package build

import (
	"os"
	"testing"
)

func TestImportPath(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"plugins.d", "example.com/there"} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		arg    string
		ok     bool
		public bool // it may be downloaded
	}{
		{"github.com/yuin/goldmark", true, true},
		{"plugins.d/missing", false, false},
		{"conf.d/missing", true, false}, // the host's module may have it
		{"example.com/there", false, false},
		{"example.com/missing", false, false},
		{"example.com/missing@v1.0.0", true, true},
		{"./missing", false, false},
	}
	for _, test := range tests {
		t.Run(test.arg, func(t *testing.T) {
			q, ok := ImportPath(test.arg)
			if ok != test.ok || ok && q.Public() != test.public {
				t.Errorf("ImportPath gives %v, %t, and Public %t, want %t and %t", q, ok, q.Public(), test.ok, test.public)
			}
		})
	}
}
