package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// summary lists what a host can call.
func summary(m *winplugin.Manifest) string {
	var b strings.Builder
	noun := "functions"
	if len(m.Functions) == 1 {
		noun = "function"
	}
	fmt.Fprintf(&b, "package %s (%s) for %s/%s: %d %s can be called\n", m.Package, m.ImportPath, m.GOOS, m.GOARCH, len(m.Functions), noun)
	for _, p := range m.Packages {
		fmt.Fprintf(&b, "with package %s (%s)\n", p.Qualifier, p.ImportPath)
	}
	for i := range m.Functions {
		fmt.Fprintf(&b, "  %s\n", m.Functions[i].Signature())
		live(&b, m, &m.Functions[i])
	}
	variables(&b, m, false)
	objects(&b, m)
	skipped(&b, m)
	return b.String()
}

// describe returns a manifest for people.
func describe(m *winplugin.Manifest) string {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-13s%s\n", name+":", value)
		}
	}
	field("package", m.Package)
	field("import path", m.ImportPath)
	for _, p := range m.Packages {
		field("with", p.Qualifier+" ("+p.ImportPath+")")
	}
	field("system", m.GOOS+"/"+m.GOARCH)
	field("go", m.GoVersion)
	about := fmt.Sprintf("%s, version %d", m.Bridge.Kind, m.Bridge.Version)
	if m.Bridge.Reason != "" {
		about += " (" + m.Bridge.Reason + ")"
	}
	field("bridge", about)
	field("flags", strings.Join(m.Flags, " "))
	field("source", m.SourceHash)
	if m.Doc != "" {
		b.WriteByte('\n')
		indent(&b, "", m.Doc)
	}
	b.WriteString("\nfunctions:\n")
	for i := range m.Functions {
		f := &m.Functions[i]
		fmt.Fprintf(&b, "  %s\n", f.Signature())
		indent(&b, "      ", f.Doc)
		if names := names(f, func(p *manifest.Param) bool { return p.Borrow }); names != nil {
			fmt.Fprintf(&b, "      borrows %s\n", strings.Join(names, ", "))
		}
		if names := names(f, func(p *manifest.Param) bool { return p.InOut || p.Written }); names != nil {
			fmt.Fprintf(&b, "      may write to %s\n", strings.Join(names, ", "))
		}
		live(&b, m, f)
		if f.Symbol != "" {
			fmt.Fprintf(&b, "      C symbol %s\n", f.Symbol)
		}
	}
	variables(&b, m, true)
	constants(&b, m)
	skipped(&b, m)
	objects(&b, m)
	types(&b, m)
	if len(m.Dependencies) > 0 {
		b.WriteString("\ndependencies:\n")
		for _, d := range m.Dependencies {
			version := d.Version
			if version == "" {
				version = "(local folder)"
			}
			fmt.Fprintf(&b, "  %s %s\n", d.Path, version)
		}
	}
	return b.String()
}

// live tells that a func of the host with a pointer in the place of a result gets a copy.
func live(b *strings.Builder, m *winplugin.Manifest, f *manifest.Function) {
	if slices.ContainsFunc(f.Results, func(p manifest.Param) bool { return m.Types.IsLive(&p.Type) }) {
		b.WriteString("      returns a place that the plugin may write to later: *winplugin.Object stands for it, and a pointer of the host's is to a copy\n")
	}
}

// objects lists the methods that a host can call of objects, by type.
func objects(b *strings.Builder, m *winplugin.Manifest) {
	methods := make(map[string][]string)
	for i := range m.Methods {
		f := m.Methods[i]
		if d, ok := m.Types[f.Receiver]; !ok || !d.Object && d.Type.Kind != manifest.Interface || isStandard(m, f.Receiver) {
			continue
		}
		receiver := f.Receiver
		f.Params = f.Params[min(1, len(f.Params)):]
		methods[receiver] = append(methods[receiver], f.Signature())
	}
	if len(methods) == 0 {
		return
	}
	b.WriteString("\nobjects:\n")
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		fmt.Fprintf(b, "  %s\n", name)
		slices.Sort(methods[name])
		for _, signature := range methods[name] {
			fmt.Fprintf(b, "      %s\n", signature)
		}
	}
}

// types lists the plugin's types. The structure of the standard library's types is left
// to its own documentation.
func types(b *strings.Builder, m *winplugin.Manifest) {
	if len(m.Types) == 0 {
		return
	}
	b.WriteString("\ntypes:\n")
	for _, name := range slices.Sorted(maps.Keys(m.Types)) {
		if isStandard(m, name) {
			fmt.Fprintf(b, "  %s\n", name)
			continue
		}
		d := m.Types[name]
		fmt.Fprintf(b, "  %s %s\n", name, d.Type)
		indent(b, "      ", d.Doc)
	}
}

// isStandard reports whether a type's name is one of the standard library: its path
// begins with no domain, and not as the plugin's does.
func isStandard(m *winplugin.Manifest, name string) bool {
	name, _, _ = strings.Cut(name, "[")
	path := name[:max(0, strings.LastIndexByte(name, '.'))]
	first, _, _ := strings.Cut(path, "/")
	own, _, _ := strings.Cut(m.ImportPath, "/")
	return !strings.Contains(first, ".") && first != own && path != m.Package
}

// names returns the names of the parameters that are as given.
func names(f *winplugin.Function, are func(p *manifest.Param) bool) (list []string) {
	for i := range f.Params {
		if p := &f.Params[i]; are(p) && p.Name != "" {
			list = append(list, p.Name)
		}
	}
	return list
}

func variables(b *strings.Builder, m *winplugin.Manifest, docs bool) {
	if len(m.Variables) == 0 {
		return
	}
	b.WriteString("\nvariables:\n")
	for _, v := range m.Variables {
		fmt.Fprintf(b, "  %s %s\n", v.Name, v.Type)
		if docs {
			indent(b, "      ", v.Doc)
		}
	}
}

// constants lists the constants, those of a declared type under it.
func constants(b *strings.Builder, m *winplugin.Manifest) {
	if len(m.Constants) == 0 {
		return
	}
	b.WriteString("\nconstants:\n")
	for i := range m.Constants {
		c := &m.Constants[i]
		if c.Type.Name != "" && (i == 0 || m.Constants[i-1].Type.Name != c.Type.Name) {
			fmt.Fprintf(b, "  %s\n", &c.Type)
		}
		if c.Type.Name != "" {
			fmt.Fprintf(b, "      %s = %s\n", c.Name, c.Value)
		} else {
			fmt.Fprintf(b, "  %s %s = %s\n", c.Name, &c.Type, c.Value)
		}
		indent(b, "          ", c.Doc)
	}
}

func skipped(b *strings.Builder, m *winplugin.Manifest) {
	if len(m.Skipped) == 0 {
		return
	}
	b.WriteString("\ncannot be called:\n")
	for _, s := range m.Skipped {
		what := s.Signature
		if what == "" {
			what = s.Name
		}
		fmt.Fprintf(b, "  %s\n      %s\n", what, s.Reason)
	}
}

func indent(b *strings.Builder, prefix, text string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, "\n")
		if line != "" {
			line = prefix + line
		}
		b.WriteString(line + "\n")
	}
}
