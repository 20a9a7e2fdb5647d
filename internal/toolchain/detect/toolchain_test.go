package detect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hostMachine is what a fit compiler for the host answers.
func hostMachine(t *testing.T) string {
	t.Helper()
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	switch runtime.GOOS {
	case "windows":
		return arch + "-w64-mingw32"
	case "linux":
		return arch + "-linux-gnu"
	}
	t.Skip("no compiler is known for " + runtime.GOOS)
	return ""
}

func TestFindGo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "with space ü")
	one := fakeGo(t, filepath.Join(dir, "one"), "go1.25.3")
	two := fakeGo(t, filepath.Join(dir, "two"), "go1.24.1 X:loopvar")
	old := fakeGo(t, filepath.Join(dir, "old"), "go1.21.13")
	devel := fakeGo(t, filepath.Join(dir, "devel"), "devel go1.27-abcdef Mon")
	broken := fake(t, filepath.Join(dir, "broken"), "go", "fail")
	unversioned := fake(t, filepath.Join(dir, "unversioned", "bin"), "go", `{"GOROOT": "asked", "GOVERSION": "go1.99.1"}`)

	tests := []struct {
		name    string
		config  Config
		path    string
		version string
		wantErr string
	}{
		{"in PATH", Config{Env: bare(dir, filepath.Dir(one), filepath.Dir(two))}, one, "go1.25.3", ""},
		{"explicit", Config{Go: two, Env: bare(filepath.Dir(one))}, two, "go1.24.1 X:loopvar", ""},
		{"explicit without extension", Config{Go: strings.TrimSuffix(two, exe), Env: bare()}, two, "go1.24.1 X:loopvar", ""},
		{"from GOROOT", Config{Env: append(bare(dir), "GOROOT="+filepath.Join(dir, "two"))}, two, "go1.24.1 X:loopvar", ""},
		{"GOROOT names the version", Config{Go: one, Env: append(bare(), "GOROOT="+filepath.Join(dir, "two"))}, one, "go1.24.1 X:loopvar", ""},
		{"devel", Config{Go: devel, Env: bare()}, devel, "devel go1.27-abcdef Mon", ""},
		{"asked without VERSION", Config{Go: unversioned, Env: bare()}, unversioned, "go1.99.1", ""},
		{"asked in a folder", Config{Go: one, Dir: dir, Env: bare()}, one, "go1.99.1", ""},
		{"too old", Config{Go: old, Env: bare()}, "", "", "1.22 or later"},
		{"explicit missing", Config{Go: filepath.Join(dir, "none", "go"), Env: bare(filepath.Dir(one))}, "", "", "no go command found"},
		{"broken", Config{Go: broken, Env: bare()}, "", "", "broken on purpose"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Find(context.Background(), test.config)
			if test.wantErr != "" {
				var e *Error
				if !errors.As(err, &e) || !strings.Contains(err.Error(), test.wantErr) || e.Remedy == "" {
					t.Fatalf("error is %v, want an *Error with %q and a remedy", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{test.path, test.version}, []string{got.Go, got.GoVersion}); diff != "" {
				t.Errorf("Go differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindCompiler(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mit Leerzeichen ü")
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	machine := hostMachine(t)
	gcc := fake(t, filepath.Join(dir, "a"), "gcc", machine)
	clang := fake(t, filepath.Join(dir, "b"), "clang", machine)
	wrong := fake(t, filepath.Join(dir, "wrong"), "gcc", "i686-w64-mingw32")
	foreign := fake(t, filepath.Join(dir, "foreign"), "gcc", "riscv64-unknown-elf")
	broken := fake(t, filepath.Join(dir, "broken"), "gcc", "fail")
	quote := func(s string) string { return "'" + s + "'" }

	tests := []struct {
		name    string
		cc      string
		env     []string
		want    string
		wantErr string
	}{
		{"in PATH", "", bare(filepath.Dir(clang), filepath.Dir(gcc)), quote(gcc), ""},
		{"unsuitable one passed over", "", bare(filepath.Dir(wrong), filepath.Dir(foreign), filepath.Dir(broken), filepath.Dir(clang)), quote(clang), ""},
		{"explicit", clang, bare(filepath.Dir(gcc)), quote(clang), ""},
		{"explicit by name", "clang", bare(filepath.Dir(gcc), filepath.Dir(clang)), quote(clang), ""},
		{"explicit with arguments", quote(clang) + " -O1", bare(filepath.Dir(gcc)), quote(clang) + " -O1", ""},
		{"explicit missing", filepath.Join(dir, "none"), bare(filepath.Dir(gcc)), "", "is not there"},
		{"explicit 32-bit", wrong, bare(filepath.Dir(gcc)), "", "32-bit"},
		{"from CC", "", append(bare(filepath.Dir(gcc)), "CC="+clang), quote(clang), ""},
		{"CC unsuitable", "", append(bare(filepath.Dir(gcc)), "CC="+foreign), "", "compiles for riscv64"},
		{"CC_FOR before CC", "", append(bare(), "CC="+gcc, "CC_FOR_"+runtime.GOOS+"_"+runtime.GOARCH+"="+clang), quote(clang), ""},
		{"unclosed quote", "'" + clang, bare(), "", "not closed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Find(context.Background(), Config{Go: goPath, CC: test.cc, NeedC: true, Env: test.env})
			if test.wantErr != "" {
				var e *Error
				if !errors.As(err, &e) || !strings.Contains(err.Error(), test.wantErr) || e.Remedy == "" {
					t.Fatalf("error is %v, want an *Error with %q and a remedy", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{test.want, machine}, []string{got.CC, got.CCMachine}); diff != "" {
				t.Errorf("the compiler differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindCrossCompiler(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	goos, machine, name := "windows", "x86_64-w64-mingw32", "x86_64-w64-mingw32-gcc-posix"
	if runtime.GOOS == "windows" {
		goos, machine, name = "linux", "x86_64-linux-gnu", "x86_64-linux-gnu-gcc"
	}
	host := fake(t, filepath.Join(dir, "host"), "gcc", hostMachine(t))
	cross := fake(t, filepath.Join(dir, "cross"), name, machine)
	config := Config{Go: goPath, GOOS: goos, GOARCH: "amd64", NeedC: true}

	config.Env = append(bare(filepath.Dir(host), filepath.Dir(cross)), "CC="+host)
	got, err := Find(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	if got.CC != cross {
		t.Errorf("found %s, want %s: the host's CC does not count", got.CC, cross)
	}

	config.Env = append(bare(filepath.Dir(host)), "CC="+cross)
	if got, err = Find(context.Background(), config); err != nil || got.CC != cross {
		t.Errorf("found %v, %v, want the CC that compiles for the target", got, err)
	}
}

func TestFindTarget(t *testing.T) {
	goPath := fakeGo(t, t.TempDir(), "go1.25.3")
	for target, want := range map[string]string{
		"windows/386": "32-bit", "linux/arm": "32-bit", "plan9/amd64": "not supported", "js/wasm": "not supported",
		"darwin/arm64": "", "freebsd/amd64": "", "netbsd/amd64": "", "openbsd/arm64": "",
		"windows/amd64": "", "windows/arm64": "", "linux/amd64": "", "linux/arm64": "",
	} {
		t.Run(target, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(target, "/")
			_, err := Find(context.Background(), Config{Go: goPath, GOOS: goos, GOARCH: goarch, Env: bare()})
			if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: error is %v, want %q", target, err, want)
			}
		})
	}
}

func TestFindCancelled(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	fake(t, filepath.Join(dir, "cc"), "gcc", "hang")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Find(ctx, Config{Go: goPath, NeedC: true, Env: bare(filepath.Join(dir, "cc"))})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
}

func TestCheckMachine(t *testing.T) {
	tests := []struct{ machine, target, want string }{
		{"x86_64-w64-mingw32", "windows/amd64", ""},
		{"x86_64-w64-windows-gnu", "windows/amd64", ""},
		{"aarch64-w64-mingw32", "windows/arm64", ""},
		{"x86_64-linux-gnu", "linux/amd64", ""},
		{"x86_64-alpine-linux-musl", "linux/amd64", ""},
		{"amd64-linux-gnu", "linux/amd64", ""},
		{"aarch64-linux-gnu", "linux/arm64", ""},
		{"arm64-apple-darwin24", "darwin/arm64", ""},
		{"x86_64-pc-msys", "windows/amd64", "msys-2.0.dll"},
		{"x86_64-pc-cygwin", "windows/amd64", "msys-2.0.dll"},
		{"i686-w64-mingw32", "windows/amd64", "32-bit"},
		{"mingw32", "windows/amd64", "32-bit"},
		{"i686-linux-gnu", "linux/amd64", "32-bit"},
		{"x86_64-pc-windows-msvc", "windows/amd64", "Microsoft"},
		{"aarch64-w64-mingw32", "windows/amd64", "not for windows/amd64"},
		{"x86_64-linux-gnu", "windows/amd64", "not for windows/amd64"},
		{"aarch64-linux-android", "linux/arm64", "not for linux/arm64"},
		{"", "linux/amd64", "does not say"},
	}
	for _, test := range tests {
		t.Run(test.machine+" for "+test.target, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(test.target, "/")
			err := checkMachine(test.machine, goos, goarch)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
		})
	}
}

func TestEnv(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	gcc := fake(t, filepath.Join(dir, "cc"), "gcc", hostMachine(t))
	env := append(bare(dir), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOTOOLCHAIN=local", "GODEBUG=gctrace=1",
		"GOMEMLIMIT=10MiB", "GO111MODULE=off", "GOOS=plan9", "CGO_ENABLED=0", "CC=nonsense", "CGO_CFLAGS=-O1")
	got, err := Find(context.Background(), Config{Go: goPath, CC: gcc, NeedC: true, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	values := environ(got.Env())
	have := map[string]string{}
	for _, name := range []string{"GOFLAGS", "GOPROXY", "GOTOOLCHAIN", "GODEBUG", "GOMEMLIMIT", "GO111MODULE", "GOOS", "GOARCH", "CGO_ENABLED", "CGO_CFLAGS", "CC", "PATH", "GOROOT"} {
		have[name] = values.get(name)
	}
	sep := string(os.PathListSeparator)
	want := map[string]string{
		"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GODEBUG": "", "GOMEMLIMIT": "", "GO111MODULE": "",
		"GOOS": runtime.GOOS, "GOARCH": runtime.GOARCH, "CGO_ENABLED": "1", "CGO_CFLAGS": "-O1", "CC": got.CC, "GOROOT": "",
		"PATH": filepath.Dir(goPath) + sep + filepath.Dir(gcc) + sep + dir,
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("the environment differs (-want +got):\n%s", diff)
	}

	got, err = Find(context.Background(), Config{Go: goPath, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	if value := environ(got.Env()).get("CGO_ENABLED"); value != "0" {
		t.Errorf("CGO_ENABLED is %q without a compiler, want 0", value)
	}
}

func TestIdentity(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	gcc := fake(t, filepath.Join(dir, "cc"), "gcc", hostMachine(t))
	settings := filepath.Join(dir, "settings")
	write(t, settings, "GOFLAGS=-race\n")
	config := Config{CC: gcc, Env: append(bare(filepath.Dir(goPath)), "GOENV="+settings)}

	id := Identify(config)
	if id.Go.Path != goPath || id.CC.Path != gcc || !strings.HasPrefix(id.Version, "go1.25.3\n") {
		t.Fatalf("identity: got %+v, want %v, %v and \"go1.25.3\\n\" at its start", id, goPath, gcc)
	}
	for _, program := range []string{goPath, gcc} {
		if _, err := os.Stat(program + ".ran"); err == nil {
			t.Errorf("got %s started, want it not to be", program)
		}
	}
	if id.Stale(Identify(config)) {
		t.Error("an unchanged toolchain: got stale, want not")
	}
	gone := config
	gone.Go, gone.CC = filepath.Join(dir, "none"), filepath.Join(dir, "none")
	if id.Stale(Identify(gone)) {
		t.Error("a toolchain that is gone: got stale, want not")
	}
	write(t, settings, "GOFLAGS=\n")
	if !id.Stale(Identify(config)) {
		t.Error("a change by go env -w: got not stale, want stale")
	}
	write(t, settings, "GOFLAGS=-race\n")
	write(t, filepath.Join(dir, "go", "VERSION"), "go1.25.4\n")
	if !id.Stale(Identify(config)) {
		t.Error("another version: got not stale, want stale")
	}
}

func TestQuoted(t *testing.T) {
	for _, args := range [][]string{{"gcc"}, {"/a b/gcc", "-m64"}, {`C:\it's\gcc.exe`}, {"zig", "cc", "-target", "x86_64-windows-gnu"}} {
		t.Run(args[0], func(t *testing.T) {
			joined, err := joinQuoted(args)
			if err != nil {
				t.Fatal(err)
			}
			split, err := splitQuoted(joined)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(args, split); diff != "" {
				t.Errorf("%s (-want +got):\n%s", joined, diff)
			}
		})
	}
	if _, err := joinQuoted([]string{`a'b"c`}); err == nil {
		t.Error("both kinds of quotes: got no error, want one")
	}
}

func TestErrorText(t *testing.T) {
	err := &Error{
		Missing: "C compiler for windows/amd64",
		Looked:  []string{"gcc, clang in PATH", `C:\msys64\ucrt64\bin`},
		Remedy:  "one\ntwo",
		Err:     errors.New("gcc is for msys"),
	}
	want := `no C compiler for windows/amd64 found: gcc is for msys; looked for gcc, clang in PATH, C:\msys64\ucrt64\bin; fix it with: one, then two`
	if got := err.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestFindReal uses what this machine has.
func TestFindReal(t *testing.T) {
	got, err := Find(context.Background(), Config{NeedC: true, Dir: t.TempDir()})
	if err != nil {
		var e *Error
		if errors.As(err, &e) && strings.HasPrefix(e.Missing, "C compiler") {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	if !strings.HasPrefix(got.GoVersion, "go1.") && !strings.HasPrefix(got.GoVersion, "devel") {
		t.Errorf("got the version %q, want one of Go", got.GoVersion)
	}
	if first, err := got.Digest(); err != nil || len(first) != 64 {
		t.Errorf("digest: got %q, %v, want length 64", first, err)
	}
}

func TestMSYSCompilerRefused(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	msys := fake(t, filepath.Join(dir, "usr", "bin"), "x86_64-w64-mingw32-gcc", "x86_64-pc-msys")
	_, err := Find(context.Background(), Config{Go: goPath, CC: msys, GOOS: "windows", GOARCH: "amd64", NeedC: true, Env: bare()})
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "msys-2.0.dll") || !strings.Contains(err.Error(), msys) {
		t.Errorf("error is %v, want a refusal of MSYS2's own compiler", err)
	}
	if e.Missing != "C compiler for windows/amd64" || e.Remedy == "" {
		t.Errorf("got the error %+v, want what is missing and a remedy", e)
	}
}
