package e2e

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	programs "github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
)

// Programs are for systems without libraries of the pure bridge. These tests build them for linux/amd64, too.
func init() {
	programs.ProgramsEverywhere.Store(bridge == winplugin.Program && runtime.GOARCH == "amd64" && os.Getenv("WINPLUGIN_TEST_TARGET") == "")
}

// inPrograms are those of the tests of isolation that run with plugins that are programs.
const inPrograms = "^Test(Values|DynamicValues|Panics|Close|NestedTooDeep|Objects(Service|PanicsThrough|Closed)|" +
	"StreamsKept|ContextsEndInOrder|HostMethods|KeptPointerInCallback|MaxCalls|MaxCallbacks|MaxResult|" +
	"Reattach.*|Isolated(Ends|HostKilled|Limits|KillAfter|Output|Misuse|KillAfterClose|Children|Folder|Stats))$"

// Plugins that are programs conform, end and are killed as libraries in processes of their own do.
func TestIsolationPrograms(t *testing.T) {
	if runtime.GOARCH == "amd64" && bridge != winplugin.Pure || raceDetector || os.Getenv(isolationName) != "" {
		t.Skip("this runs once, and starts the tests")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, "-test.run="+inPrograms, "-test.skip="+otherwise, "-test.count=1", "-test.short")
	cmd.Env = append(os.Environ(), ownProcess, bridgeName+"="+string(winplugin.Program), "WINPLUGIN_TEST_CACHE="+cacheDir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("got error %v, want nil\n%.20000s", err, out)
	}
}
