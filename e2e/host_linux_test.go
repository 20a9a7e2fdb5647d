package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A statically linked program gets an error and does not crash in dlopen. One without cgo
// is linked dynamically by Go's own linker, whatever flags are meant for another.
func TestStaticHost(t *testing.T) {
	if bridge == winplugin.Pure {
		t.Skip("libraries of the pure bridge need no libc")
	}
	for _, test := range []struct{ name, cgo, flags, want string }{
		{"cgo", "1", "-linkmode=external -extldflags=-static", "LoadError: "},
		{"no cgo", "0", "-extldflags=-static", "opened kitchen"},
	} {
		t.Run(test.name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "host")
			build := exec.Command("go", "build", "-o", program, "-ldflags", test.flags, "./testdata/statichost")
			build.Env = append(os.Environ(), "CGO_ENABLED="+test.cgo)
			if out, err := build.CombinedOutput(); err != nil {
				t.Skipf("this machine cannot link the program: %v\n%s", err, out)
			}
			out, err := exec.Command(program, kitchen(t)).CombinedOutput()
			if err != nil || !strings.Contains(string(out), test.want) {
				t.Errorf("got %v:\n%s\nwant %q", err, out, test.want)
			}
		})
	}
}

// With too few file descriptors opening a plugin fails, and no plugin ends for lack of
// them once it is open.
func TestFewDescriptors(t *testing.T) {
	runChild(t, "few descriptors", 2*time.Minute, "WINPLUGIN_TEST_WORKER="+built(t, "worker"))
}

func init() {
	children["few descriptors"] = func() error {
		var limit unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
			return err
		}
		most := limit.Cur
		time.AfterFunc(time.Hour, func() {}).Stop() // starts the host's own network poller
		for free := uint64(0); ; free++ {
			entries, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				return err
			}
			limit.Cur = uint64(len(entries)-1) + free // one is the folder itself
			if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
				return err
			}
			p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_WORKER"))
			if err != nil {
				var load *winplugin.LoadError
				if !errors.As(err, &load) || free > 30 {
					return fmt.Errorf("with %d free: %w", free, err)
				}
				limit.Cur = most
				if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
					return err
				}
				continue
			}
			fmt.Printf("opened with %d free\n", free)
			limit.Cur = 0 // none is left for the plugin
			if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
				return err
			}
			after, err := winplugin.Func[func(func())](p, "After")
			if err != nil {
				return err
			}
			done := make(chan struct{})
			after(func() { close(done) }) // sleeps, and so needs the plugin's network poller
			<-done
			return nil
		}
	}
}
