package toolchain

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// The test binary stands in for compilers and go commands: a copy of it with a
// file of the same name and ".fake" beside it prints what that file holds.
func TestMain(m *testing.M) {
	self, err := os.Executable()
	if err == nil {
		if answer, err := os.ReadFile(self + ".fake"); err == nil {
			fakeMain(self, string(answer))
			return
		}
	}
	os.Exit(m.Run())
}

func fakeMain(self, answer string) {
	switch answer {
	case "hang":
		time.Sleep(time.Hour)
	case "fail":
		fmt.Fprintln(os.Stderr, "broken on purpose")
		os.Exit(3)
	}
	file, err := os.OpenFile(self+".ran", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(file, "%q\n", os.Args[1:])
	file.Close()
	fmt.Println(answer)
}

var exe = map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]

// fake makes a program that prints answer, and returns its path.
func fake(t *testing.T, dir, name, answer string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name+exe)
	// Windows does not remove a link to a program that runs.
	if runtime.GOOS == "windows" || os.Link(self, path) != nil {
		copyFile(t, self, path)
	}
	write(t, path+".fake", answer)
	return path
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fakeGo makes a GOROOT of the version and returns the path of its go command.
func fakeGo(t *testing.T, root, version string) string {
	t.Helper()
	write(t, filepath.Join(root, "VERSION"), version+"\ntime 2026-01-01T00:00:00Z\n")
	return fake(t, filepath.Join(root, "bin"), "go", `{"GOROOT": "asked", "GOVERSION": "go1.99.1"}`)
}

// bare is an environment with nothing but the given PATH. The system's own
// variables stay, without them Windows starts no process.
func bare(path ...string) []string {
	env := []string{"PATH="}
	for i, dir := range path {
		if i > 0 {
			env[0] += string(os.PathListSeparator)
		}
		env[0] += dir
	}
	for _, name := range []string{"SystemRoot", "SystemDrive", "TEMP", "TMP", "WINEPREFIX"} {
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
