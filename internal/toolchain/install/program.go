package install

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/procgroup"
)

// A ProgramError reports a program that failed.
type ProgramError struct {
	Command []string
	Output  string // the end of what it printed
	Err     error
}

func (e *ProgramError) Error() string {
	text := fmt.Sprintf("%s: %v", strings.Join(e.Command, " "), e.Err)
	if e.Output != "" {
		text += ": " + e.Output
	}
	return text + "; mend what it reports and try again"
}

func (e *ProgramError) Unwrap() error { return e.Err }

// Execute runs a program and all that it starts, and waits for them. Standard output
// and error go to out as well, if it is not nil.
func Execute(ctx context.Context, env []string, out io.Writer, command ...string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = env
	cmd.WaitDelay = 5 * time.Second
	end := &tail{to: out}
	cmd.Stdout, cmd.Stderr = end, end
	err := procgroup.Run(cmd)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	if err != nil {
		return &ProgramError{command, end.String(), err}
	}
	return nil
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
	to  io.Writer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	const longest = 2000
	t.buf.Write(p)
	if extra := t.buf.Len() - longest; extra > 0 {
		t.buf.Next(extra)
	}
	if t.to != nil {
		t.to.Write(p)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(t.buf.String(), "?"))
}

// setUpMSYS2 makes an MSYS2 with a compiler in the folder dir.
func (i *installer) setUpMSYS2(ctx context.Context, sfx, dir string) error {
	for _, r := range dir {
		// Its authors ask for a short path of ASCII without spaces (www.msys2.org).
		if r <= ' ' || r > '~' {
			return fmt.Errorf("MSYS2 does not work in the folder %s because of the character %q; choose llvm-mingw, or a cache folder with a plain name", dir, r)
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	i.event(Run, 0, 0)
	if err := os.Chmod(sfx, 0o700); err != nil {
		return err
	}
	if err := Execute(ctx, nil, nil, sfx, "-y", "-o"+dir); err != nil {
		return err
	}
	return Pacman(ctx, filepath.Join(dir, "msys64"), i.pin.Packages...)
}

// Pacman installs packages into an MSYS2 by its own package manager, which fetches
// them from MSYS2's servers and checks their signatures.
func Pacman(ctx context.Context, root string, packages ...string) error {
	bash := filepath.Join(root, "usr", "bin", "bash")
	env := append(os.Environ(), "MSYSTEM=UCRT64", "CHERE_INVOKING=1")
	// The first start of bash sets up keys and the home folder, and ends the shell
	// at its end.
	for _, script := range []string{"true", "pacman -Sy --needed --noconfirm " + strings.Join(packages, " ")} {
		if err := Execute(ctx, env, nil, bash, "-lc", script); err != nil {
			return err
		}
	}
	return nil
}
