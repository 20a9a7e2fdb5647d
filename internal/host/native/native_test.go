package native

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestOpenFileRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text file.so")
	if err := os.WriteFile(text, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		want       manifest.LoadReason
	}{
		{"text", text, manifest.LoadNotLibrary},
		{"missing", filepath.Join(dir, "missing.so"), manifest.LoadUnreadable},
		{"folder", dir, manifest.LoadUnreadable},
	} {
		for _, stored := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/stored=%t", test.name, stored), func(t *testing.T) {
				_, err := OpenFile(test.path, stored, false)
				var load *manifest.LoadError
				if !errors.As(err, &load) || load.Reason != test.want || load.Path != test.path {
					t.Errorf("got %v, want reason %q", err, test.want)
				}
			})
		}
	}
}

// A failure is cut to fit the library's buffer, from its end.
func TestFailureFits(t *testing.T) {
	whole := wire.Failure{Type: "string", Message: "no such thing", Stack: strings.Repeat("frame\n", 1000)}
	for _, size := range []int{0, 16, 17, 20, 30, 40, 1000, 1 << 20} {
		t.Run(fmt.Sprint("buffer of ", size), func(t *testing.T) {
			b := wire.FitFailure(whole, size)
			if len(b) > size {
				t.Fatalf("got %d bytes, want %d at most", len(b), size)
			}
			if len(b) == 0 {
				if size >= 17 {
					t.Errorf("got nothing in a buffer of %d, want a symbol's name", size)
				}
				return
			}
			got, err := wire.DecodeFailure(b)
			if err != nil || !strings.HasPrefix(whole.Type, got.Type) || !strings.HasPrefix(whole.Message, got.Message) || !strings.HasPrefix(whole.Stack, got.Stack) {
				t.Errorf("buffer of %d: got failure %+.40v, error %v, want beginnings of the whole one", size, got, err)
			}
			if size == 1<<20 && got != whole {
				t.Errorf("got a cut failure %+.40v, want the whole one", got)
			}
		})
	}
}
