package e2e

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

const isolatedVariable = "WINPLUGIN_TEST_ISOLATED"

// isolated runs the calling test, which uses nothing but the kitchen's library and the others
// given by their names and paths, in a process of its own, and reports that it did: the
// caller returns then. For tests that measure
// what a process has, or use what a process has once, with other tests beside and before
// them, and for those that use many of the libraries that a process has room for.
func isolated(t *testing.T, others map[string]string) bool {
	t.Helper()
	if os.Getenv(isolatedVariable) == t.Name() {
		return false
	}
	dir := t.TempDir()
	libraries := map[string]string{"kitchen": kitchen(t)}
	maps.Copy(libraries, others)
	for name, path := range libraries {
		library, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+extension()), library, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-test.run=^" + t.Name() + "$", "-test.v", "-soak=" + soakTime.String(), fmt.Sprint("-unload=", *unloadRounds), fmt.Sprint("-test.short=", testing.Short())}
	ctx := context.Background()
	if deadline, ok := t.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-5*time.Second))
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(os.Environ(), isolatedVariable+"="+t.Name(), bridgeName+"="+string(openKitchen(t).Manifest().Bridge.Kind), "WINPLUGIN_TEST_PREBUILT="+dir)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	t.Logf("in a process of its own:\n%s", out)
	if err != nil {
		t.Error(err)
	}
	return true
}
