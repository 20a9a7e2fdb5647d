package install

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/archive"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/fetch"
)

func ctx() context.Context { return context.Background() }

func cacheDir(t *testing.T) string { return filepath.Join(t.TempDir(), "Zwischen speicher ü") }

// holds checks what is in the tools folder.
func holds(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, _ := os.ReadDir(filepath.Join(dir, "tools"))
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the tools folder holds %q, want %q", got, want)
	}
}

func tarred(t *testing.T, squeeze func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := squeeze(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	name, content := "top/bin/"+exe("tool"), "a tool"
	err = w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content)), Typeflag: tar.TypeReg})
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err = errors.Join(err, w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInstall(t *testing.T) {
	for file, data := range map[string][]byte{
		"tool.zip":     zipped(map[string]string{"top/bin/" + exe("tool"): "a tool"}),
		"tool.tar.gz":  tarred(t, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }),
		"tool.tar.xz":  tarred(t, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }),
		"tool.tar.zst": tarred(t, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }),
	} {
		t.Run(file, func(t *testing.T) {
			s := serve(t, map[string][]byte{"mirror/" + file: data})
			c, pin := Config{Dir: cacheDir(t), Mirror: s.URL + "/mirror/"}, pinFor(data, file)
			steps := make(map[Phase]bool)
			c.Progress = func(e Event) { steps[e.Phase] = true }
			if len(Places(c.Dir, pin.GOOS, pin.GOARCH)) != 0 {
				t.Error("before the installation: got places, want none")
			}
			got, err := Install(t.Context(), c, pin)
			if err != nil {
				t.Fatal(err)
			}
			program := filepath.Join(got.Bin(), exe("tool"))
			info, err := os.Stat(program)
			if err != nil || runtime.GOOS != "windows" && info.Mode()&0o100 == 0 {
				t.Errorf("program is %v, %v, want an executable file", info, err)
			}
			name := "tool-1.0-" + runtime.GOARCH
			holds(t, c.Dir, name, name+".lock")
			if places := Places(c.Dir, pin.GOOS, pin.GOARCH); len(places) != 1 || places[0] != got.Bin() {
				t.Errorf("places are %q, want %q", places, got.Bin())
			}
			if Places(c.Dir, "plan9", pin.GOARCH) != nil {
				t.Error("a tool for another system: got a place, want none")
			}
			if !steps[Fetch] || !steps[Unpack] {
				t.Errorf("got the steps %v, want Fetch and Unpack", steps)
			}
			if again, err := Install(t.Context(), c, pin); err != nil || again.Dir != got.Dir || len(s.asks) != 1 {
				t.Errorf("once more: got %v after %q, want %v and length 1", err, s.asks, got.Dir)
			}

			// What a virus scanner took away comes back.
			if err := os.Remove(program); err != nil {
				t.Fatal(err)
			}
			if len(List(c.Dir)) != 0 {
				t.Error("a tool without its program: got it listed, want no tools")
			}
			if _, err := Install(t.Context(), c, pin); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(program); err != nil {
				t.Error(err)
			}

			removed, err := Uninstall(t.Context(), c)
			if err != nil || len(removed) != 1 || removed[0] != got.Dir {
				t.Errorf("removed: got %q, %v, want length 1 and %v", removed, err, got.Dir)
			}
			if _, err := os.Stat(filepath.Join(c.Dir, "tools")); err == nil {
				t.Error("after the removal: got a tools folder, want none")
			}
		})
	}
}

func TestFailures(t *testing.T) {
	good := zipped(map[string]string{"top/bin/" + exe("tool"): "a tool"})
	for name, c := range map[string]struct {
		data   []byte
		change func(*Pin)
		want   func(error) bool
	}{
		"wrong sum":   {good, func(p *Pin) { p.SHA256 = strings.Repeat("0", 64) }, reason(fetch.Mismatch)},
		"too large":   {good, func(p *Pin) { p.Size, p.Limit = 0, 10 }, reason(fetch.Refused)},
		"not there":   {good, func(p *Pin) { p.URL = "https://example.invalid/other.zip" }, reason(fetch.Refused)},
		"traversal":   {zipped(map[string]string{"top/../../../evil": ""}), nil, is(archive.ErrName)},
		"a bomb":      {zipped(map[string]string{"top/a": strings.Repeat("x", 20<<20)}), nil, is(archive.ErrTooLarge)},
		"another top": {good, func(p *Pin) { p.Top = "other" }, is(archive.ErrName)},
		"no archive":  {[]byte("hello"), nil, is(archive.ErrFormat)},
		"no program":  {good, func(p *Pin) { p.Program = "other" }, func(err error) bool { return strings.Contains(err.Error(), "tell its authors") }},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string][]byte{"tool.zip": c.data})
			pin := pinFor(c.data, "tool.zip")
			if c.change != nil {
				c.change(&pin)
			}
			dir := cacheDir(t)
			_, err := Install(t.Context(), Config{Dir: dir, Mirror: s.URL}, pin)
			if err == nil || !c.want(err) {
				t.Errorf("error is %v, want that of %s", err, name)
			}
			holds(t, dir, "tool-1.0-"+runtime.GOARCH+".lock")
			entries, _ := os.ReadDir(filepath.Dir(dir))
			if len(entries) != 1 {
				t.Errorf("something was written beside the cache folder: got %v, want length 1", entries)
			}
		})
	}
}

func reason(r fetch.Reason) func(error) bool {
	return func(err error) bool {
		var e *fetch.Error
		return errors.As(err, &e) && e.Reason == r
	}
}

func is(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }

func TestCancel(t *testing.T) {
	for _, step := range []Phase{Fetch, Unpack} {
		t.Run(string(step), func(t *testing.T) {
			s := serve(t, map[string][]byte{"child.zip": childArchive()})
			c := Config{Dir: cacheDir(t), Mirror: s.URL}
			stopped, cancel := context.WithCancelCause(t.Context())
			c.Progress = func(e Event) {
				if e.Phase == step && e.Done > 0 {
					cancel(errStop)
				}
			}
			if _, err := Install(stopped, c, childPin()); !errors.Is(err, errStop) {
				t.Fatalf("error is %v, want the context's cause", err)
			}
			if _, err := os.Stat(filepath.Join(c.Dir, "tools", childPin().name()+newSuffix)); err == nil {
				t.Error("got a half-unpacked folder, want none")
			}
			c.Progress = nil
			if _, err := Install(t.Context(), c, childPin()); err != nil {
				t.Fatal(err)
			}
			holds(t, c.Dir, childPin().name(), childPin().name()+lockSuffix)
			if step == Unpack && len(s.asks) != 1 {
				t.Errorf("got the requests %q, want one", s.asks)
			}
		})
	}
}

// The server stops in the middle, the process is killed, and the next one goes on.
func TestKilledWhileFetching(t *testing.T) {
	s := serve(t, map[string][]byte{"child.zip": childArchive()})
	s.stop(600_000)
	dir := cacheDir(t)
	cmd := child(t, "install", s.URL, dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-s.stuck
	part := filepath.Join(dir, "tools", "child.zip"+fetch.PartSuffix)
	for size(part) < 600_000 { // what was sent is written soon
		runtime.Gosched()
	}
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := Install(t.Context(), Config{Dir: dir, Mirror: s.URL}, childPin()); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, childPin().name(), childPin().name()+lockSuffix)
	if got := s.asked(); got != "child.zip, child.zip bytes=600000-" {
		t.Errorf("got the requests %s, want the archive and its rest", got)
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func TestKilledWhileUnpacking(t *testing.T) {
	s := serve(t, map[string][]byte{"child.zip": childArchive()})
	dir := cacheDir(t)
	cmd := child(t, "hold", s.URL, dir)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) != "unpacking" {
		t.Fatalf("child says: got %q, want \"unpacking\"", line)
	}
	if len(List(dir)) != 0 {
		t.Error("a half-unpacked tool: got it listed, want no tools")
	}
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := os.Stat(filepath.Join(dir, "tools", childPin().name()+newSuffix)); err != nil {
		t.Fatal("the killed process: got no folder, want a half-unpacked one")
	}
	if _, err := Install(t.Context(), Config{Dir: dir, Mirror: s.URL}, childPin()); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, childPin().name(), childPin().name()+lockSuffix)
	if got := s.asked(); got != "child.zip" {
		t.Errorf("what was fetched was fetched again: got %s, want \"child.zip\"", got)
	}
}

func TestUninstallAfterCrash(t *testing.T) {
	s := serve(t, map[string][]byte{"child.zip": childArchive()})
	dir := cacheDir(t)
	cmd := child(t, "hold", s.URL, dir)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	bufio.NewReader(out).ReadString('\n')
	if removed, err := Uninstall(t.Context(), Config{Dir: dir}); err != nil || len(removed) != 0 {
		t.Errorf("removed: got %q, %v, while somebody installs, want none", removed, err)
	}
	name := childPin().name()
	holds(t, dir, "child.zip", name+lockSuffix, name+newSuffix)
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := Uninstall(t.Context(), Config{Dir: dir}); err != nil {
		t.Error(err)
	}
	holds(t, dir)
}

func TestManyProcesses(t *testing.T) {
	s := serve(t, map[string][]byte{"child.zip": childArchive()})
	dir := cacheDir(t)
	done := make(chan error)
	for range 4 {
		cmd := child(t, "install", s.URL, dir)
		go func() {
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = errors.New(string(out))
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := s.asked(); got != "child.zip" {
		t.Errorf("got the requests %s, want child.zip", got)
	}
	holds(t, dir, childPin().name(), childPin().name()+lockSuffix)
}

func TestMirror(t *testing.T) {
	data := childArchive()
	folder := filepath.Join(t.TempDir(), "Archive ü")
	if err := put(filepath.Join(folder, "child.zip"), data); err != nil {
		t.Fatal(err)
	}
	if _, err := Install(t.Context(), Config{Dir: cacheDir(t), Mirror: folder}, childPin()); err != nil {
		t.Error(err)
	}
	if _, err := Install(t.Context(), Config{Dir: cacheDir(t), Mirror: filepath.Dir(folder)}, childPin()); !reason(fetch.Refused)(err) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder without the archive: got %v, want Refused and os.ErrNotExist", err)
	}
	if _, err := Install(t.Context(), Config{Dir: cacheDir(t), Mirror: "http://example.com"}, childPin()); !reason(fetch.Refused)(err) {
		t.Errorf("a mirror over plain http: got %v, want Refused", err)
	}
	if from, err := Source(childPin(), `C:\archive`); err != nil || strings.HasPrefix(from, "C:/") {
		t.Errorf("Source of a drive = %s, %v, want a folder", from, err)
	}
}

func TestRequireAnnounces(t *testing.T) {
	s := serve(t, map[string][]byte{"child.zip": childArchive()})
	var log bytes.Buffer
	c := Config{Dir: cacheDir(t), Mirror: s.URL, Log: slog.New(slog.NewTextHandler(&log, nil))}
	var events []Event
	c.Progress = func(e Event) { events = append(events, e) }
	for range 2 {
		if _, err := require(t.Context(), c, childPin()); err != nil {
			t.Fatal(err)
		}
	}
	line, _, _ := strings.Cut(log.String(), "\n")
	for _, want := range []string{s.URL + "/child.zip", "1.0 MB", "WINPLUGIN_NO_INSTALL=1", "WithoutInstall", "tool-1.0"} {
		if !strings.Contains(line, want) {
			t.Errorf("the first line of the log is %q, want %q in it", line, want)
		}
		if got := events[0]; got.Phase != Announce || !strings.Contains(got.String(), want) {
			t.Errorf("the first event is %q, want %q in it", got, want)
		}
	}
	if n := strings.Count(log.String(), "WARN"); n != 1 {
		t.Errorf("got %d announcements, want 1", n)
	}
	for value, want := range map[string]bool{"": false, "0": false, "1": true, "true": true} {
		t.Run(value, func(t *testing.T) {
			t.Setenv(NoInstallVariable, value)
			if Forbidden() != want {
				t.Errorf("%s=%s: got forbidden %t, want %t", NoInstallVariable, value, Forbidden(), want)
			}
		})
	}
}

func TestMSYS2(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, map[string][]byte{"msys2-base.sfx.exe": program})
	pin, _ := Lookup(pins, MSYS2, "windows", "amd64")
	own := pinFor(program, "msys2-base.sfx.exe")
	pin.URL, pin.SHA256, pin.Size, pin.GOOS, pin.GOARCH = own.URL, own.SHA256, own.Size, own.GOOS, own.GOARCH
	dir := filepath.Join(t.TempDir(), "cache")
	got, err := Install(t.Context(), Config{Dir: dir, Mirror: s.URL}, pin)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, dir, pin.name(), pin.name()+lockSuffix)
	if _, err := os.Stat(filepath.Join(got.Bin(), exe("gcc"))); err != nil {
		t.Error(err)
	}
	root := filepath.Join(got.Dir, "msys64")
	if err := Pacman(t.Context(), root, "no-such-package"); !errors.As(err, new(*command.Error)) || !strings.Contains(err.Error(), "failed to synchronize") {
		t.Errorf("an unknown package: got %v, want a *command.Error and \"failed to synchronize\" in it", err)
	}

	t.Run("fails", func(t *testing.T) {
		pin, dir := pin, filepath.Join(t.TempDir(), "cache")
		pin.Packages = []string{"no-such-package"}
		if _, err := Install(t.Context(), Config{Dir: dir, Mirror: s.URL}, pin); !errors.As(err, new(*command.Error)) {
			t.Errorf("error is %v, want a *command.Error", err)
		}
		holds(t, dir, pin.name()+lockSuffix)
	})
	t.Run("unsuitable folder", func(t *testing.T) {
		dir := cacheDir(t)
		if _, err := Install(t.Context(), Config{Dir: dir, Mirror: s.URL}, pin); err == nil || !strings.Contains(err.Error(), "llvm-mingw") {
			t.Errorf("error is %v, want one that names another way", err)
		}
		holds(t, dir, pin.name()+lockSuffix)
	})
}

func TestPins(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range Pins() {
		id := p.name() + "-" + p.GOOS
		if seen[id] || seen[p.URL] || seen[p.SHA256] {
			t.Errorf("%s: got its name, URL or sum twice, want it once", id)
		}
		seen[id], seen[p.URL], seen[p.SHA256] = true, true, true
		if !strings.HasPrefix(p.URL, "https://") || len(p.SHA256) != 64 || strings.Trim(p.SHA256, "0123456789abcdef") != "" {
			t.Errorf("%s: got URL %s and sum %s, want https and a SHA-256", id, p.URL, p.SHA256)
		}
		if p.Size == 0 && p.Limit == 0 || len(p.Packages) == 0 && (p.Unpacked == 0 || p.Top == "") || p.Bin == "" || p.Program == "" || titles[p.Tool] == "" {
			t.Errorf("%s: got %+v, want all fields", id, p)
		}
	}
}
