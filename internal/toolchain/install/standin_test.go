package install

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The test binary plays the programs that an installation runs, by the name under
// which it was started, and other processes that install, by the variable.
const roleVariable = "WINPLUGIN_TEST_ROLE"

func TestMain(m *testing.M) {
	switch name := filepath.Base(os.Args[0]); {
	case strings.HasSuffix(name, ".sfx.exe"):
		os.Exit(unpackItself(os.Args[1:]))
	case strings.HasPrefix(name, "bash"):
		os.Exit(bash(os.Args[1:]))
	case os.Getenv("WINPLUGIN_TEST_NOTE") != "" && slices.Contains([]string{"apt-get", "sudo", "winget"}, strings.TrimSuffix(name, ".exe")):
		os.Exit(manage(strings.TrimSuffix(name, ".exe"), os.Args[1:]))
	}
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(play(role, os.Args[1], os.Args[2]))
	}
	os.Exit(m.Run())
}

// unpackItself is MSYS2's archive: -y -oDIR.
func unpackItself(args []string) int {
	dir, ok := strings.CutPrefix(args[1], "-o")
	if len(args) != 2 || args[0] != "-y" || !ok {
		fmt.Println("what do you want?", args)
		return 2
	}
	self, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = put(filepath.Join(dir, "msys64", "usr", "bin", exe("bash")), self)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// bash is the one in an MSYS2; it understands two scripts.
func bash(args []string) int {
	root := filepath.Dir(filepath.Dir(filepath.Dir(os.Args[0])))
	if len(args) != 2 || args[0] != "-lc" || os.Getenv("MSYSTEM") != "UCRT64" {
		fmt.Println("what do you want?", args)
		return 2
	}
	switch args[1] {
	case "true":
		put(filepath.Join(root, "ready"), nil)
	case "pacman -Sy --needed --noconfirm mingw-w64-ucrt-x86_64-gcc":
		if _, err := os.Stat(filepath.Join(root, "ready")); err != nil {
			fmt.Println("error: no keys")
			return 1
		}
		put(filepath.Join(root, "ucrt64", "bin", exe("gcc")), []byte("a compiler"))
	default:
		fmt.Fprintln(os.Stderr, "error: failed to synchronize all databases")
		return 1
	}
	return 0
}

// play installs from the server at url into dir. "hold" stops as soon as it unpacks,
// and never goes on.
func play(role, url, dir string) int {
	c := Config{Dir: dir, Mirror: url, Log: slog.New(slog.DiscardHandler)}
	c.Progress = func(e Event) {
		if role == "hold" && e.Phase == Unpack {
			fmt.Println("unpacking")
			time.Sleep(time.Hour)
		}
	}
	if _, err := Install(ctx(), c, childPin()); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func put(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o700)
}

func exe(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// child is this program in a role.
func child(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd
}

// childArchive is what processes install, the same in each of them: a program and
// something that does not get smaller.
var childArchive = sync.OnceValue(func() []byte {
	ballast := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{2}).Read(ballast)
	return zipped(map[string]string{"top/bin/" + exe("tool"): "a tool", "top/größe.bin": string(ballast)})
})

func childPin() Pin { return pinFor(childArchive(), "child.zip") }

func pinFor(archive []byte, file string) Pin {
	sum := sha256.Sum256(archive)
	return Pin{
		Tool: "tool", Version: "1.0", GOOS: runtime.GOOS, GOARCH: runtime.GOARCH,
		URL: "https://example.invalid/" + file, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(archive)),
		Unpacked: 10 << 20, Top: "top", Bin: "bin", Program: "tool",
	}
}

func zipped(files map[string]string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, ExternalAttrs: 0o755 << 16, CreatorVersion: 3 << 8})
		if err == nil {
			_, err = io.WriteString(f, content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// A server hands out archives by name, and notes the ranges asked for.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	files map[string][]byte
	asks  []string
	stall int           // bytes after which the first answer stops; 0 is never
	stuck chan struct{} // closed when it has stopped
}

func serve(t *testing.T, files map[string][]byte) *server {
	s := &server{files: files, stuck: make(chan struct{})}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.CloseClientConnections)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	s.mu.Lock()
	data, ok := s.files[name]
	s.asks = append(s.asks, strings.TrimSpace(name+" "+r.Header.Get("Range")))
	stall := s.stall
	s.stall = 0
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", `"one"`)
	if stall > 0 {
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Write(data[:stall])
		w.(http.Flusher).Flush()
		close(s.stuck)
		<-r.Context().Done()
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// stop makes the next answer stop after n bytes.
func (s *server) stop(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stall = n
}

func (s *server) asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.asks, ", ")
}

var errStop = errors.New("stop")
