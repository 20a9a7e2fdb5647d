//go:build unix

package source

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"
)

// The go command is stopped as it compiles. Its compilers end with it, or they
// would go on writing to folders that are removed here.
func TestCancelCompilers(t *testing.T) {
	cfg := config(t, write(t, "-- a.go --\npackage p\nimport _ \"context\"\nfunc F() {}\n"))
	cfg.TempDir = t.TempDir()
	cfg.Env = append(cfg.Env, "GOCACHE="+t.TempDir()) // empty
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := Load(ctx, cfg); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want context.DeadlineExceeded", err)
	}
	if left, err := os.ReadDir(cfg.TempDir); err != nil || len(left) > 0 {
		t.Errorf("temporary files: got %v, %v, want none", left, err)
	}
}
