// Package plugin has the API of the standard library's package plugin, for programs
// that use it: change the import to this package, and the program runs on Windows too,
// with plugins that need neither the host's Go version nor its dependencies.
//
//	p, err := plugin.Open("plugin_name.so") // made by "winplugin build", or a folder
//	v, err := p.Lookup("V")
//	f, err := p.Lookup("F")
//	*v.(*int) = 7
//	f.(func())() // prints "Hello, number 7"
//
// There are these differences. The command winplugin builds plugins, or Open does if it gets
// a folder with a Go package, which need not be a package main. The types that the plugin
// declares are not those of the host, so a symbol's type has the underlying types instead.
// Functions and variables whose types cannot cross are not found, and the error has the
// reason. Pointers to variables have the limits of
// [github.com/RamanSharma100/go-winplugin.Plugin.Lookup]. New programs should use the API of
// package winplugin, which offers more.
package plugin

import (
	"fmt"
	"path/filepath"
	"sync"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A Plugin is an opened plugin. It stays open until the process ends.
type Plugin struct {
	plugin *winplugin.Plugin

	mu      sync.Mutex
	symbols map[string]Symbol
}

// A Symbol is a func of the plugin, or a pointer to one of its variables.
type Symbol any

// opened is the plugins by absolute path: opening one again gives the same.
var opened sync.Map // string → *opening

type opening struct {
	once   sync.Once
	plugin *Plugin
	err    error
}

// Open opens the plugin at path: a library, or a folder with a Go package, which is
// built if anything changed. If the path was opened before, the same *Plugin is
// returned. It is safe for concurrent use.
func Open(path string) (*Plugin, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("plugin.Open(%q): %w", path, err)
	}
	v, _ := opened.LoadOrStore(absolute, new(opening))
	o := v.(*opening)
	o.once.Do(func() {
		p, err := winplugin.Open(absolute)
		if err != nil {
			o.err = fmt.Errorf("plugin.Open(%q): %w", path, err)
			opened.CompareAndDelete(absolute, o) // a later Open may try again
			return
		}
		o.plugin = &Plugin{plugin: p, symbols: make(map[string]Symbol)}
	})
	return o.plugin, o.err
}

// Lookup returns the exported function or variable of that name. It is safe for
// concurrent use.
func (p *Plugin) Lookup(name string) (Symbol, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.symbols[name]; ok {
		return s, nil
	}
	s, err := p.plugin.Lookup(name)
	if err != nil {
		return nil, err
	}
	p.symbols[name] = s
	return s, nil
}
