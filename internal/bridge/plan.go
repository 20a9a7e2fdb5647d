package bridge

import (
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
	"github.com/RamanSharma100/go-winplugin/internal/source"
)

// planned is what is known before code is written: which functions cross.
type planned struct {
	model    *source.Model
	manifest *manifest.Manifest
	named    map[string]types.Type // declared types of parameters, by full name
}

// plan sorts the plugin's functions into those that cross and those that do not.
func plan(m *source.Model, opt Options) (*planned, error) {
	if err := checkNames(m); err != nil {
		return nil, err
	}
	p := &planned{
		model: m,
		named: make(map[string]types.Type),
		manifest: &manifest.Manifest{
			Format:       manifest.Format,
			Bridge:       manifest.Bridge{Kind: opt.Kind, Version: Version},
			Package:      m.Name,
			ImportPath:   m.ImportPath,
			Doc:          m.Doc,
			GoVersion:    opt.GoVersion,
			GOOS:         opt.GOOS,
			GOARCH:       opt.GOARCH,
			Flags:        opt.Flags,
			SourceHash:   m.SourceHash,
			Dependencies: m.Dependencies,
			Types:        m.Types,
		},
	}
	symbols := make(map[string]bool)
	var crossing []manifest.Function
	for i := range m.Functions {
		f := m.Functions[i].Function
		reason := p.reason(&m.Functions[i])
		if opt.Kind == manifest.CGO {
			f.Symbol = manifest.Symbol(m.Name, f.Name)
		}
		if reason == "" && f.Symbol != "" && symbols[f.Symbol] {
			reason = fmt.Sprintf("its C symbol %s is another function's already", f.Symbol)
		}
		if reason != "" {
			p.manifest.Skipped = append(p.manifest.Skipped, manifest.Skipped{
				Name: f.Name, Signature: f.Signature(), Reason: reason, Position: f.Position,
			})
			continue
		}
		symbols[f.Symbol] = true
		crossing = append(crossing, f)
	}
	p.manifest.Functions = crossing
	if len(crossing) == 0 {
		return nil, noFunctions(m, p.manifest)
	}
	return p, nil
}

// reason says why a function cannot be called, or "".
func (p *planned) reason(f *source.Function) string {
	if f.Generic {
		return "generic: a function with type parameters has no code of its own"
	}
	for i := range f.Params {
		if why := p.unsupported(&f.Params[i].Type); why != "" {
			return label("parameter", i, f.Params[i]) + " " + why
		}
	}
	for i := range f.Results {
		t := &f.Results[i].Type
		if t.IsError() && i == len(f.Results)-1 {
			continue
		}
		if why := p.unsupported(t); why != "" {
			return label("result", i, f.Results[i]) + " " + why
		}
	}
	return p.name(f)
}

func label(what string, i int, p manifest.Param) string {
	if p.Name == "" || p.Name == "_" {
		return fmt.Sprintf("%s %d", what, i+1)
	}
	return what + " " + p.Name
}

// unsupported says why values of a type cannot cross, or "".
func (p *planned) unsupported(t *manifest.Type) string {
	switch {
	case t.Crosses():
		return ""
	case t.IsError():
		return "is an error, which crosses only as the last result"
	case t.Kind == manifest.Struct:
		return p.unsupportedStruct(t, t)
	case t.Kind == manifest.Pointer && t.Elem != nil && t.Elem.Kind == manifest.Struct:
		return p.unsupportedStruct(t, t.Elem)
	}
	return fmt.Sprintf("has type %s, which does not cross in this version", t)
}

// unsupportedStruct tells a struct that could be copied from one that never can.
func (p *planned) unsupportedStruct(whole, t *manifest.Type) string {
	fields := t.Fields
	if d, ok := p.manifest.Types[t.Name]; ok {
		fields = d.Type.Fields
	}
	for _, f := range fields {
		if !f.Exported {
			return fmt.Sprintf("has type %s, whose field %s is unexported: it cannot be copied", whole, f.Name)
		}
	}
	return fmt.Sprintf("has type %s: structs are described, but do not cross in this version", whole)
}

// reserved are package-level names that the generated code or cgo's needs with
// their usual meaning.
var reserved = map[string]bool{
	"C": true, "unsafe": true, "syscall": true, "nil": true, "runtime_throw": true,
	"bool": true, "string": true, "byte": true, "float32": true, "float64": true, "uintptr": true,
	"int": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true,
}

// reservedPrefixes begin the names in code that the bridge and cgo generate.
var reservedPrefixes = []string{"winplugin_", "Winplugin_", "go_plugin_", "_cgo", "__cgo", "_Cgo_", "_Ctype_", "_Cfunc_"}

// checkNames refuses a package that declares a name the bridge needs.
func checkNames(m *source.Model) error {
	var found []source.Diagnostic
	for _, name := range sortedKeys(m.Scope) {
		taken := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
		if !reserved[name] && !slices.ContainsFunc(reservedPrefixes, taken) {
			continue
		}
		pos := m.Scope[name]
		file := pos.Filename
		if rel, err := filepath.Rel(m.Dir, file); err == nil {
			file = rel
		}
		found = append(found, source.Diagnostic{
			File: file, Line: pos.Line, Column: pos.Column,
			Message: fmt.Sprintf("the package-level name %s is needed by the bridge; give this declaration another name", name),
		})
	}
	if found == nil {
		return nil
	}
	return &source.BuildError{Package: m.Name, Diagnostics: source.SortDiagnostics(found)}
}

// noFunctions reports a plugin all of whose functions were skipped.
func noFunctions(m *source.Model, man *manifest.Manifest) error {
	e := &source.BuildError{Package: m.Name, Err: source.ErrNoFunctions}
	for _, s := range man.Skipped {
		e.Diagnostics = append(e.Diagnostics, diagnostic(s))
	}
	e.Diagnostics = source.SortDiagnostics(e.Diagnostics)
	return e
}
