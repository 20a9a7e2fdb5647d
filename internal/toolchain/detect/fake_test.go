package detect

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
	if data, err := os.ReadFile(self + ".behaves"); err == nil {
		var b behaviour
		if err := json.Unmarshal(data, &b); err != nil {
			panic(err)
		}
		b.run(answer)
	}
	fmt.Println(answer)
}

// A behaviour is how a fake program answers what is not its usual question.
type behaviour struct {
	Build    bool   // it is a go command: go build runs the C compiler, as the real one does
	Vanishes bool   // what go build makes is gone
	Makes    string // the file that go build copies to where its output goes; "" is a senseless one
	Linker   string // the answer to -print-prog-name=ld
	Stderr   string // what it prints when it compiles
	Exit     uint32 // the exit code then
	Start    uint32 // the exit code of every start
}

func (b behaviour) run(answer string) {
	if b.Start != 0 {
		os.Exit(int(b.Start))
	}
	switch {
	case os.Args[1] == "env" || slices.Contains(os.Args, "-dumpmachine") || slices.Contains(os.Args, "--version"):
		return
	case slices.Contains(os.Args, "-print-prog-name=ld"):
		fmt.Println(b.Linker)
	case b.Build:
		b.build()
	default:
		fmt.Fprintln(os.Stderr, b.Stderr)
		os.Exit(int(b.Exit))
	}
	os.Exit(0)
}

// build is go build: with cgo it compiles C, and passes on what the compiler says.
func (b behaviour) build() {
	if strings.Contains(os.Getenv("GOFLAGS"), "-nonsense") {
		fmt.Fprintln(os.Stderr, "go: parsing $GOFLAGS: unknown flag -nonsense")
		os.Exit(1)
	}
	if os.Getenv("GOROOT") != "" {
		fmt.Fprintln(os.Stderr, `compile: version "go1.25.1" does not match go tool version "go1.25.3"`)
		os.Exit(1)
	}
	if os.Getenv("CGO_ENABLED") == "1" {
		args, err := splitQuoted(os.Getenv("CC"))
		if err != nil {
			panic(err)
		}
		cmd := exec.Command(args[0], append(args[1:], "-c", "x.c")...)
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "# runtime/cgo\n%s%s: %v\n", out, args[0], err)
			os.Exit(1)
		}
	}
	if i := slices.Index(os.Args, "-o"); !b.Vanishes {
		made := []byte("made")
		if b.Makes != "" {
			var err error
			if made, err = os.ReadFile(b.Makes); err != nil {
				panic(err)
			}
		}
		if err := os.WriteFile(os.Args[i+1], made, 0o600); err != nil {
			panic(err)
		}
	}
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

// behave makes a fake program behave.
func behave(t *testing.T, path string, b behaviour) {
	t.Helper()
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path+".behaves", string(data))
}

// bare is an environment with nothing but the given PATH. The system's own
// variables stay, without them Windows starts no process.
func bare(path ...string) []string {
	// Under -race each fake program would sleep for a second at its end.
	env := []string{"GORACE=atexit_sleep_ms=0", "PATH="}
	for i, dir := range path {
		if i > 0 {
			env[1] += string(os.PathListSeparator)
		}
		env[1] += dir
	}
	for _, name := range []string{"SystemRoot", "SystemDrive", "TEMP", "TMP", "WINEPREFIX"} {
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
