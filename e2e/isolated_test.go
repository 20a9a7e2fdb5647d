package e2e

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
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
	alone(t, bridgeName+"="+string(openKitchen(t).Manifest().Bridge.Kind), "WINPLUGIN_TEST_PREBUILT="+dir)
	return true
}

// apart runs the calling test in a process of its own where libraries stay in the process and it
// has room for few, and reports that it did: the caller returns then.
func apart(t *testing.T) bool {
	t.Helper()
	if bridge != winplugin.CGO || runtime.GOOS != "windows" || os.Getenv(isolatedVariable) == t.Name() {
		return false
	}
	alone(t)
	return true
}

// alone runs the calling test in a process of its own.
func alone(t *testing.T, env ...string) {
	t.Helper()
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
	cmd.Env = append(append(os.Environ(), isolatedVariable+"="+t.Name()), env...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	t.Logf("in a process of its own:\n%s", out)
	if err != nil {
		t.Error(err)
	}
}
