package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// An unpacker writes entries into a folder. It uses an os.Root, so no name leads out of the
// folder. Names are checked before, so that errors are clear, and the same on all systems.
type unpacker struct {
	ctx     context.Context
	opt     Options
	root    *os.Root
	entry   string // under way
	entries int
	written int64
	made    map[string]bool // folders
	links   []link
	buf     []byte
}

// A link is a copy to be made once all files are unpacked.
type link struct{ entry, name, to string }

// enter begins with an entry and returns its name, or "" if there is nothing to do.
func (u *unpacker) enter(name string) (string, error) {
	u.entry = name
	if err := u.ctx.Err(); err != nil {
		return "", err
	}
	if u.entries++; u.entries > u.opt.Entries {
		return "", fmt.Errorf("%w: it has more than %d entries", ErrTooLarge, u.opt.Entries)
	}
	return clean(name, u.opt.Top)
}

func (u *unpacker) dir(name string) error {
	if name == "." || u.made[name] {
		return nil
	}
	if err := u.root.MkdirAll(name, 0o700); err != nil {
		return err
	}
	if u.made == nil {
		u.made = make(map[string]bool)
	}
	u.made[name] = true
	return nil
}

func (u *unpacker) file(name string, content io.Reader, mode fs.FileMode) error {
	if err := u.dir(path.Dir(name)); err != nil {
		return err
	}
	perm := fs.FileMode(0o600)
	if mode&0o111 != 0 {
		perm = 0o700
	}
	// Where case does not matter, two names may be the same file.
	file, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if errors.Is(err, fs.ErrExist) {
		return ErrTwice
	}
	if err != nil {
		return err
	}
	err = u.write(file, content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

// write writes at most what the limit allows.
func (u *unpacker) write(to io.Writer, from io.Reader) error {
	if u.buf == nil {
		u.buf = make([]byte, 1<<16)
	}
	for {
		n, err := from.Read(u.buf)
		if u.written += int64(n); u.opt.Limit > 0 && u.written > u.opt.Limit {
			return ErrTooLarge
		}
		if _, err := to.Write(u.buf[:n]); err != nil {
			return err
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case u.ctx.Err() != nil:
			return u.ctx.Err()
		}
	}
}

func (u *unpacker) link(name, target string, hard bool) error {
	to, err := resolve(name, target, u.opt.Top, hard)
	if err != nil {
		return err
	}
	u.links = append(u.links, link{u.entry, name, to})
	return nil
}

// copyLinks makes copies of the targets of links. A link may lead to another link, in any
// order.
func (u *unpacker) copyLinks() error {
	for left := u.links; len(left) > 0; {
		var next []link
		for _, l := range left {
			u.entry = l.entry
			info, err := u.root.Stat(l.to)
			if errors.Is(err, fs.ErrNotExist) {
				next = append(next, l)
				continue
			}
			if err != nil {
				return err
			}
			if !info.Mode().IsRegular() {
				return fmt.Errorf("%w: it leads to a folder", ErrLink)
			}
			if err := u.copy(l, info.Mode()); err != nil {
				return err
			}
		}
		if len(next) == len(left) {
			u.entry = next[0].entry
			return fmt.Errorf("%w: there is no file %q", ErrLink, next[0].to)
		}
		left = next
	}
	return nil
}

func (u *unpacker) copy(l link, mode fs.FileMode) error {
	from, err := u.root.Open(l.to)
	if err != nil {
		return err
	}
	defer from.Close()
	return u.file(l.name, from, mode)
}
