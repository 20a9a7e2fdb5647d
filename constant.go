package winplugin

import "github.com/RamanSharma100/go-winplugin/internal/host/typemap"

// Const returns the value of an exported constant of the plugin: a value of the
// predeclared type under the constant's own, or of a type of the standard library, as
// [time.Duration]. An untyped constant has its default type; an integer that is too large
// for an int is a uint64 or a float64.
//
// [Manifest].Constants lists all, those of one type together.
func (p *Plugin) Const(name string) (any, error) {
	c, err := p.backend.Constant(name)
	if err != nil {
		return nil, err
	}
	return typemap.Constant(c)
}
