package bridge

import (
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// planned is the result of plan: what crosses, and what the manifest says of it. It is complete
// before code is written.
type planned struct {
	forms     *manifest.Forms
	writable  map[string]bool // whether generated code can name a declared type and all types in it
	model     *source.Model
	within    *source.Model // the package that contains the generated file; nil if that is a program which imports all packages
	manifest  *manifest.Manifest
	functions []*source.Function         // those of the manifest
	variables []*source.Variable         // those of the manifest
	methods   []*source.Function         // those of the manifest
	callbacks []*source.Function         // those of the manifest
	inGOROOT  bool                       // see Options
	aliases   map[string]map[string]bool // unexported types that need an exported alias, by import path and name
	callback  map[string]int             // indexes in callbacks, by receiver and name
	notCalled map[string]string          // why other methods are not among callbacks
}

// plan sorts the plugin's functions and variables into those that cross and those
// that do not.
func plan(m *source.Model, opt Options) (*planned, error) {
	for _, pkg := range m.All() {
		if err := checkNames(pkg, opt.Kind); err != nil {
			return nil, err
		}
	}
	if opt.Kind == manifest.CGO {
		if err := checkAssembly(m); err != nil {
			return nil, err
		}
	}
	p := &planned{
		forms:    manifest.NewForms(m.Types),
		writable: make(map[string]bool),
		model:    m,
		within:   m,
		inGOROOT: opt.InGOROOT,
		aliases:  make(map[string]map[string]bool),
		manifest: &manifest.Manifest{
			Format:       manifest.Format,
			Bridge:       manifest.Bridge{Kind: opt.Kind, Version: Version, Reason: opt.Reason},
			Package:      m.Name,
			ImportPath:   m.ImportPath,
			Doc:          m.Doc,
			GoVersion:    opt.GoVersion,
			GOOS:         opt.GOOS,
			GOARCH:       opt.GOARCH,
			Flags:        opt.Flags,
			SourceHash:   m.Hash(),
			Dependencies: m.Dependencies,
			Types:        m.Types,
			Constants:    m.Constants,
		},
	}
	for _, pkg := range m.Packages {
		p.within = nil
		p.manifest.Packages = append(p.manifest.Packages, manifest.Package{Name: pkg.Name, Qualifier: strings.TrimSuffix(pkg.Qualifier, "."), ImportPath: pkg.ImportPath, Doc: pkg.Doc})
	}
	p.planFunctions(opt.Kind)
	p.planVariables()
	p.planMethods()
	p.planCallbacks()
	for _, l := range m.LeftOut {
		p.skip(l.Type, "type "+l.Type, fmt.Sprintf("its %d methods are left out: %s; include them by WithMethods(%q), on the command line --methods %[3]s", l.Methods, l.Reason, l.Type), "")
	}
	for _, u := range m.Unasked {
		p.skip(u.Package, "package "+u.Package, fmt.Sprintf("%d methods of its interfaces, which have its own types in their signatures, are not called of the host's values in an any: %s", u.Methods, u.Reason), "")
	}
	if len(p.functions)+len(p.variables)+len(p.manifest.Methods) == 0 {
		return nil, noFunctions(m, p.manifest)
	}
	return p, nil
}

func (p *planned) planFunctions(kind string) {
	symbols := make(map[string]bool)
	for i := range p.model.Functions {
		f := &p.model.Functions[i]
		reason := p.reason(f)
		function := f.Function
		if kind == manifest.CGO && reason == "" && inC(f) {
			// Two Go names may become one in C: the second has no C export then.
			if symbol := manifest.Symbol(p.model.Name, f.Name); f.Package == "" && !symbols[symbol] {
				function.Symbol, symbols[symbol] = symbol, true
			}
		}
		if reason != "" {
			p.skip(f.Name, f.Function.Signature(), reason, f.Position)
			continue
		}
		function.Dynamic = p.dynamic(function.Params, function.Results)
		p.manifest.Functions = append(p.manifest.Functions, function)
		p.functions = append(p.functions, f)
	}
}

// planMethods sorts what is called of the plugin's objects.
func (p *planned) planMethods() {
	for i := range p.model.Methods {
		f := &p.model.Methods[i]
		if reason := p.reason(f); reason != "" {
			p.skip(methodName(f), f.Function.Signature(), reason, f.Position)
			continue
		}
		listed := f.Function
		listed.Dynamic = f.Object != nil
		p.manifest.Methods = append(p.manifest.Methods, listed)
		p.methods = append(p.methods, f)
	}
}

// planCallbacks sorts what is called of the host's objects.
func (p *planned) planCallbacks() {
	p.callback, p.notCalled = make(map[string]int), make(map[string]string)
	for i := range p.model.Callbacks {
		f := &p.model.Callbacks[i]
		key := f.Receiver + "." + f.Name
		if reason := p.reasonBack(f); reason != "" {
			p.notCalled[key] = reason
			p.skip(methodName(f), f.Function.Signature(), "as a method of the host's: "+reason, f.Position)
			continue
		}
		p.markWritten(f)
		p.callback[key] = len(p.callbacks)
		p.manifest.Callbacks = append(p.manifest.Callbacks, f.Function)
		p.callbacks = append(p.callbacks, f)
	}
}

// markWritten marks the parameters and results of a callback that refer to copies: what the host's
// func writes to parameters belongs into the plugin's own, and what the plugin writes to results
// into the host's. What is sent to a channel stays with the receiver.
func (p *planned) markWritten(f *source.Function) {
	if p.manifest.Types.Under(&f.Params[0].Type).Kind == manifest.Chan {
		return
	}
	f.Params, f.Results = slices.Clone(f.Params), slices.Clone(f.Results)
	for i := range f.Results {
		r := &f.Results[i]
		form, _ := p.forms.Form(&r.Type)
		switch p.manifest.Types.Under(&r.Type).Kind {
		case manifest.Map, manifest.Slice, manifest.Pointer, manifest.Interface:
			r.InOut = form == manifest.FormMessage && p.model.Refers(&r.Type)
		}
	}
	for i := range f.Params[1:] {
		param := &f.Params[1+i]
		form, _ := p.forms.Form(&param.Type)
		param.InOut = param.InOut || form == manifest.FormMessage && p.model.Refers(&param.Type)
	}
}

// methodName names a method of an object for people.
func methodName(f *source.Function) string {
	name := manifest.Type{Name: f.Receiver, Kind: manifest.Struct}.String()
	if f.Params[0].Type.Name == "" && f.Params[0].Type.Kind != manifest.Pointer {
		name = f.Params[0].Type.String()
	}
	if f.Name == "" {
		return name
	}
	return name + "." + f.Name
}

func (p *planned) planVariables() {
	for i := range p.model.Variables {
		v := &p.model.Variables[i]
		reason := v.Reason
		if reason == "" && v.Type.IsContext() {
			reason = fmt.Sprintf("has type %s, which crosses as a parameter or result only", &v.Type)
		}
		if reason == "" {
			reason = p.reasonResult(&v.Type, v.Object.Type())
		}
		if reason == "" {
			reason = p.unwritable(&v.Type, v.Object.Type())
		}
		if reason != "" {
			p.skip(v.Name, "var "+v.Name+" "+v.Type.String(), "it "+reason, v.Position)
			continue
		}
		listed := v.Variable
		listed.Dynamic = p.hasIdentity(&v.Type)
		p.manifest.Variables = append(p.manifest.Variables, listed)
		p.variables = append(p.variables, v)
	}
}

func (p *planned) skip(name, signature, reason, position string) {
	p.manifest.Skipped = append(p.manifest.Skipped, manifest.Skipped{Name: name, Signature: signature, Reason: reason, Position: position})
}

// reason says why a function cannot be called, or "".
func (p *planned) reason(f *source.Function) string {
	if f.Generic {
		why := "generic: a function with type parameters has no code of its own; name instances by "
		if f.Example == "" {
			return why + "a directive //winplugin:instantiate, or by WithInstantiate, on the command line --instantiate"
		}
		return fmt.Sprintf("%sa directive, as in //winplugin:instantiate %s, or by WithInstantiate(%[2]q), on the command line --instantiate %[2]q", why, f.Example)
	}
	if why := p.reasonParams(f, 0); why != "" {
		return why
	}
	for i := range f.Results {
		if why := p.reasonResult(&f.Results[i].Type, f.Type.Results().At(i).Type()); why != "" {
			return label("result", i, f.Results[i]) + " " + why
		}
	}
	return ""
}

// reasonParams says why the parameters cannot be passed, or "". receiver is how many
// receivers are among them.
func (p *planned) reasonParams(f *source.Function, receiver int) string {
	for i := range f.Params {
		t := &f.Params[i].Type
		_, why := p.forms.Form(t)
		if why == "" {
			why = p.unwritable(t, f.Type.Params().At(i).Type())
		}
		if why != "" {
			return label("parameter", i-receiver, f.Params[i]) + " " + why
		}
	}
	return ""
}

// reasonResult says why a value cannot go to the host, or "".
func (p *planned) reasonResult(m *manifest.Type, t types.Type) string {
	form, why := p.forms.Form(m)
	if form == manifest.FormMessage {
		return p.unwritable(m, t) // the others are converted to predeclared types
	}
	return why
}

// reasonBack says why the plugin cannot call a method of the host, or "". Generated code must
// be able to name all types of its signature.
func (p *planned) reasonBack(f *source.Function) string {
	if why := p.reasonParams(f, 1); why != "" {
		return why
	}
	for i := range f.Results {
		t, m := f.Type.Results().At(i).Type(), &f.Results[i].Type
		why := p.reasonResult(m, t)
		if why == "" {
			why = p.unwritable(m, t)
		}
		if why != "" {
			return label("result", i, f.Results[i]) + " " + why
		}
	}
	return ""
}

func label(what string, i int, p manifest.Param) string {
	if p.Name == "" || p.Name == "_" {
		return fmt.Sprintf("%s %d", what, i+1)
	}
	return what + " " + p.Name
}

// reserved are package-level names that the generated code or cgo's needs with
// their usual meaning.
var reserved = map[string]bool{
	"unsafe": true, "nil": true,
	"bool": true, "string": true, "byte": true, "float32": true, "float64": true, "uintptr": true,
	"int": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true,
}

// reservedPrefixes begin the names in code that the bridge and cgo generate.
var reservedPrefixes = []string{"winplugin_", "Winplugin_"}

// The names that only the cgo bridge needs.
var (
	reservedForCGO         = map[string]bool{"C": true, "syscall": true, "runtime_throw": true}
	reservedPrefixesForCGO = []string{"go_plugin_", "_cgo", "__cgo", "_Cgo_", "_Ctype_", "_Cfunc_"}
)

// checkNames refuses a package that declares a name the bridge needs.
func checkNames(m *source.Model, kind string) error {
	var found []source.Diagnostic
	for _, name := range sortedKeys(m.Scope) {
		taken := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
		forCGO := kind == manifest.CGO && (reservedForCGO[name] || slices.ContainsFunc(reservedPrefixesForCGO, taken))
		if !forCGO && !reserved[name] && !slices.ContainsFunc(reservedPrefixes, taken) {
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
