package bridge

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/source"
)

// name remembers the declared types among a function's parameters, which the
// generated file has to write down, or says why it cannot. Results need no names:
// they are converted to predeclared types.
func (p *planned) name(f *source.Function) (reason string) {
	params := f.Object.Signature().Params()
	for i := range f.Params {
		full := f.Params[i].Type.Name
		if p.named[full] != nil || full == "" {
			continue
		}
		t := types.Unalias(params.At(i).Type())
		if why := p.unnamable(t); why != "" {
			return fmt.Sprintf("%s has type %s, %s", label("parameter", i, f.Params[i]), f.Params[i].Type, why)
		}
		p.named[full] = t
	}
	return ""
}

// unnamable says why generated code in the plugin's package cannot write a type
// down, or "". An alias that another package exports may stand for such a type.
func (p *planned) unnamable(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return ""
	case *types.Slice:
		return p.unnamable(t.Elem())
	case *types.Array:
		return p.unnamable(t.Elem())
	case *types.Pointer:
		return p.unnamable(t.Elem())
	case *types.Named:
		if pkg := t.Obj().Pkg(); pkg != nil && pkg.Path() != p.model.ImportPath {
			switch {
			case !t.Obj().Exported():
				return "an unexported type of another package"
			case !canImport(p.model.ImportPath, pkg.Path()):
				return "a type of an internal package that the plugin may not import"
			}
		}
		for arg := range t.TypeArgs().Types() {
			if why := p.unnamable(arg); why != "" {
				return why
			}
		}
		return ""
	}
	return "a generic type with a type argument that is not supported"
}

// canImport is the go command's rule for internal packages: the path up to the
// element internal must begin the importer's.
func canImport(importer, path string) bool {
	i := strings.LastIndex("/"+path+"/", "/internal/")
	if i < 0 {
		return true
	}
	return i > 0 && strings.HasPrefix(importer+"/", path[:i-1]+"/")
}
