package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// The test's own executable is the program, if this variable is set.
const asProgram = "WINPLUGIN_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// The program prints 30 in its own folder, built with an empty cache and then with
// a full one. It is a process of its own because a library that is loaded cannot be
// deleted on Windows, and the cache goes with the test.
func TestPrints30(t *testing.T) {
	goCache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatalf("go env GOCACHE: %v, want nil", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	for range 2 {
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), asProgram+"=1", "WINPLUGIN_NO_INSTALL=1",
			"GOCACHE="+string(bytes.TrimSpace(goCache)),
			"XDG_CACHE_HOME="+cache, "LocalAppData="+cache) // where os.UserCacheDir looks
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil || stdout.String() != "30\n" {
			t.Fatalf("got %q, %v, want 30\n%s", stdout.String(), err, stderr.String())
		}
	}
	entries, err := os.ReadDir(cache)
	if err != nil || len(entries) != 1 || entries[0].Name() != "go-winplugin" {
		t.Errorf("the cache folder holds %v, %v, want go-winplugin alone", entries, err)
	}
}
