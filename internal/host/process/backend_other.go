//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !(windows && amd64)

package process

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
)

// A Backend does not exist on this system.
type Backend struct {
	backend.Backend
	*native.Library
}

// Open fails: this system has no such backend.
func Open(_ context.Context, file *native.File, _ Options, _ backend.Limits) (*Backend, error) {
	return nil, refuse(file, errors.New("this works on linux/amd64 and windows/amd64; open the plugin without WithIsolation"))
}

func (b *Backend) SetNews(*backend.News)                     {}
func (b *Backend) SetClosed(*atomic.Bool)                    {}
func (b *Backend) Session() uint64                           { return 0 }
func (b *Backend) Unloadable() error                         { return nil }
func (b *Backend) Release(func() error, func()) backend.Exit { return nil }
