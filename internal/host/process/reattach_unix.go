//go:build linux || darwin || freebsd || netbsd || openbsd

package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A reattachedProcess is one that somebody else has started. A socket connects it: each side wakes the other by it,
// and learns of its end. This process sends it no signals.
type reattachedProcess struct {
	conn  *net.UnixConn
	pid   int           // 0: not known
	ended chan struct{} // closed when nothing comes from it any more
	end   func()        // closes that
}

// newReattachedProcess connects to the process that runs the library and waits in the folder opt.Reattach.
func newReattachedProcess(ctx context.Context, library []byte, opt Options) (system, *section, *exchange.Wakes, error) {
	conn, err := connectTo(ctx, opt.Reattach)
	if err != nil {
		return nil, nil, nil, err
	}
	p := &reattachedProcess{conn: conn, ended: make(chan struct{})}
	p.end = sync.OnceFunc(func() { close(p.ended) })
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	p.pid, err = check(conn, library, opt)
	if !stop() {
		err = context.Cause(ctx)
	}
	var s *section
	if err == nil {
		s, err = newFileSection()
	}
	if err != nil {
		conn.Close()
		return nil, nil, nil, err
	}
	return p, s, exchange.NewWakes(exchange.Host, conn), nil
}

// connectTo waits until a process listens in a folder, and connects to it.
func connectTo(ctx context.Context, dir string) (*net.UnixConn, error) {
	const pause = 20 * time.Millisecond
	for {
		err := fsutil.CheckPrivate(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			if c, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, pluginrt.ReattachSocket)); err == nil {
				return c.(*net.UnixConn), nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("no plugin waits in %s: start the library with %s=%s in its environment: %w", dir, pluginrt.ReattachVariable, dir, context.Cause(ctx))
		case <-time.After(pause):
		}
	}
}

// check returns an error unless the process at the other end is this user's and runs the library.
func check(conn *net.UnixConn, library []byte, opt Options) (pid int, err error) {
	if pid, err = checkUser(conn); err != nil {
		return 0, err
	}
	want := ""
	if opt.program {
		want = manifest.Mark(opt.manifest)
	}
	greeting := pluginrt.ReattachGreeting(want)
	// The length comes first: what another build says may be shorter.
	for rest, n := greeting, len(greeting)-len(want); len(rest) > 0; rest, n = rest[n:], len(want) {
		got := make([]byte, n)
		if _, err := io.ReadFull(conn, got); err != nil {
			return 0, fmt.Errorf("the process in %s does not say which plugin it is: %w", opt.Reattach, err)
		}
		if !bytes.Equal(got, rest[:n]) {
			return 0, fmt.Errorf("the process in %s runs another plugin, or another build of it: %w", opt.Reattach, errStartAgain)
		}
	}
	if !opt.program {
		return pid, checkFile(pid, library)
	}
	return pid, nil
}

var errStartAgain = errors.New("start the library that is opened")

// launch implements system: it passes the section to the process.
func (p *reattachedProcess) launch(c *child, _ []byte, _ Options) error {
	if _, _, err := p.conn.WriteMsgUnix([]byte{0}, unix.UnixRights(int(c.section.file.Fd())), nil); err != nil {
		return fmt.Errorf("passing memory to the process: %w", err)
	}
	go func() {
		_ = c.wakes.Serve(p.conn)
		p.end()
	}()
	return nil
}

func (p *reattachedProcess) awaitEnd() { <-p.ended }

func (p *reattachedProcess) status() (code int, reason string) {
	return -1, "its process, which somebody else has started, has ended or is not connected any more"
}

// killGroup implements system: it leaves the process, which ends by itself then.
func (p *reattachedProcess) killGroup() { p.conn.Close() }

func (p *reattachedProcess) askToEnd() { _ = p.conn.CloseWrite() }

func (p *reattachedProcess) release() {}

func (p *reattachedProcess) free() { p.conn.Close() }

// connect is never called: the sides have the socket.
func (p *reattachedProcess) connect(*child, *exchange.Events, *exchange.Events) {}

func (p *reattachedProcess) awaitDebugger(context.Context, *child, func(int)) error {
	return errDebugger
}

func (p *reattachedProcess) usage(u *Usage, ended bool) {
	if u.Pid = p.pid; !ended && p.pid != 0 {
		liveUsage(u)
	}
}
