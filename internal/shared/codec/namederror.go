//go:build go1.22

package codec

import (
	"bytes"
	"slices"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An exported constant of a declared type that is an error, or a variable of such a type, has a
// name on both sides. The host has one error for it, so that == holds there as it does in the
// plugin. Other than a sentinel, it is sent with everything that is known of the error, because
// its methods may be others than those of an error in a variable of type error.

// An errorNamer is the Scope of the plugin.
type errorNamer interface {
	// ErrorName returns the name of the constant or variable that is equal to an error, or "".
	ErrorName(err error) string
}

// A namedErrors is a Scope that has errors by their names.
type namedErrors interface {
	// NamedError returns the one error of this side for a name. err is the error as it arrived.
	NamedError(name string, err error) error
}

// putErrorName appends the name of an error, if it has one. The error follows.
func putErrorName(e *wire.Encoder, err error, scope Scope) {
	name := ""
	if r := remote(err); r != nil {
		if r.scope == scope {
			name = r.name
		}
	} else if n, ok := scope.(errorNamer); ok {
		name = n.ErrorName(err)
	}
	if name != "" {
		e.PutUint8(errNamed)
		e.PutString(name)
	}
}

func takeNamed(d *wire.Decoder, number uint64) error {
	d.Enter()
	defer d.Leave()
	name := d.String()
	err := takeError(d, number)
	if n, ok := scopeOf(d.Scope).(namedErrors); ok {
		return n.NamedError(name, err)
	}
	return err
}

// NamedError returns the error that a name has had before, if it was like err, and err from then
// on otherwise. The caller bounds the names.
func (m *ErrorMemory) NamedError(name string, err error) error {
	e := remote(err)
	if e == nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.named[name]; known != nil && remote(known).like(e) {
		if e.number != 0 {
			atomic.StoreUint64(&remote(known).number, e.number) // the other side keeps the last ones only
		}
		return known
	}
	if m.named == nil {
		m.named = make(map[string]error)
	}
	e.name = name
	m.named[name] = err
	return err
}

// like reports whether nothing but the number tells two errors apart.
func (e *Error) like(f *Error) bool {
	return e.Type == f.Type && e.Message == f.Message && e.structure == f.structure && bytes.Equal(e.value, f.value) &&
		e.traits == f.traits && e.formats == f.formats && e.standard == f.standard && e.several == f.several &&
		slices.Equal(e.sentinels, f.sentinels) && slices.EqualFunc(e.inner, f.inner, SameError)
}
