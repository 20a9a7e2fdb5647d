package command

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
)

// A capture keeps the beginning of what is written to it, and the end.
type capture struct {
	head, tail  int // the most bytes to keep of each
	first, last bytes.Buffer
	lost        int // bytes between them that were not kept
}

func (c *capture) Write(p []byte) (int, error) {
	n := len(p)
	if room := min(c.head-c.first.Len(), len(p)); room > 0 {
		c.first.Write(p[:room])
		p = p[room:]
	}
	c.last.Write(p)
	if extra := c.last.Len() - c.tail; extra > 0 {
		c.last.Next(extra)
		c.lost += extra
	}
	return n, nil
}

func (c *capture) bytes() []byte { return c.first.Bytes() }

// text is what was kept, for people.
func (c *capture) text() string {
	text := c.first.String()
	if c.lost > 0 {
		text += fmt.Sprintf("\n... %d bytes are left out ...\n", c.lost)
	}
	return strings.ToValidUTF8(text+c.last.String(), "?")
}

// shared is a writer for the two goroutines that copy a program's outputs.
type shared struct {
	mu sync.Mutex
	to io.Writer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to.Write(p) // a reader who is gone does not end the program
	return len(p), nil
}
