package native

import "bytes"

// A Program is a program in a file of its own, which nobody can change while it is open. A process
// that ends without Remove leaves the file to a later one.
type Program struct {
	copied *privateCopy
	path   string
}

// NewProgram writes the program to a file of that name.
func NewProgram(program []byte, name string) (*Program, error) {
	c, err := newPrivateCopy(bytes.NewReader(program), name)
	if err != nil {
		return nil, err
	}
	path, err := finalPath(c.file)
	if err != nil {
		c.remove()
		return nil, err
	}
	return &Program{c, path}, nil
}

// Path is the path of the file.
func (p *Program) Path() string { return p.path }

// Remove removes the file. The program must not run any more.
func (p *Program) Remove() { p.copied.remove() }
