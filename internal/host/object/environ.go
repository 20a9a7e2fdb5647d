package object

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// News returns what the library is told before each call.
func (o *Attachment) News() *backend.News {
	return &backend.News{Contexts: &o.session.contexts.Contexts, Environment: &o.session.environment, Tell: o.session.tell}
}

// tell tells the library which contexts have ended, and which variables of the environment were
// changed. It runs before control goes to the library.
func (p *Session) tell() {
	p.contexts.Tell()
	if p.environment.Changed() {
		_ = p.environment.Tell(p.tellEnviron)
	}
}

func (p *Session) tellEnviron(b []byte) error {
	words := []uint64{0, uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), uint64(len(b))}
	status, _ := p.gate.Operate(wire.OpEnviron, words, nil)
	runtime.KeepAlive(b)
	if status != wire.StatusOK {
		return errors.New("the library does not take the environment")
	}
	return nil
}
