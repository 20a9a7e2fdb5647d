package bridge

import (
	"bytes"
	_ "embed"
	"fmt"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

//go:embed cgo/bridge.c
var cSource string

// The files that the cgo bridge adds.
const (
	cgoFile = prefix + "_cgo.go"
	cFile   = prefix + "_cgo.c"
)

// addCGO adds what only the cgo bridge has: the entries in C, the plain C exports,
// and the manifest, which is complete before the build.
func (p *planned) addCGO(out *Output) error {
	encoded, err := p.manifest.Encode()
	if err != nil {
		return fmt.Errorf("package %s: %w", p.model.Name, err)
	}
	out.Overlay[cFile] = fmt.Appendf(nil, "#define WINPLUGIN_VERSION %d\n%s%s", Version, cSource, manifestSource(encoded))
	directive, flag, err := searchLast(p.model)
	if err != nil {
		return fmt.Errorf("package %s: %w", p.model.Name, err)
	}
	out.CPPFlag = flag
	if out.Overlay[cgoFile], err = p.exports(directive); err != nil {
		return err
	}
	if p.model.Name != "main" {
		name := "_"
		if p.within == nil {
			name = "plugin"
		}
		out.addMain(p.model.ImportPath, name, "")
	} else if _, ok := p.model.Scope["main"]; !ok {
		// A program that is only built as a library.
		out.Overlay[prefix+"_main.go"] = []byte("package main\n\nfunc main() {}\n")
	}
	out.Header = p.header()
	return nil
}

// exports returns the Go file with the plain C exports. Its preamble begins with the
// directive for cgo.
func (p *planned) exports(directive string) ([]byte, error) {
	g := p.in(p.model).newGoFile()
	g.body.WriteString(`
//export winplugin_start
func winplugin_start(entries unsafe.Pointer) {
	winplugin_pluginrt.Start(&winplugin_library, (*winplugin_pluginrt.Entries)(entries))
}

// winplugin_in copies bytes that a C caller owns.
func winplugin_in(b C.winplugin_bytes) []byte {
	return winplugin_pluginrt.Copy(unsafe.Pointer(b.data), int(b.len))
}

// winplugin_out copies bytes into memory of C, which the caller frees. The result is NULL
// for nil only.
func winplugin_out(b []byte) (r C.winplugin_bytes) {
	if winplugin_pluginrt.IsSet(b) {
		r.data = (*C.char)(C.malloc(C.size_t(winplugin_pluginrt.Size(b) + 1)))
		r.len = C.int64_t(winplugin_pluginrt.Fill(unsafe.Pointer(r.data), b))
	}
	return r
}
`)
	for i, r := range p.routines()[:len(p.manifest.Functions)] {
		if symbol := p.manifest.Functions[i].Symbol; symbol != "" {
			g.export(symbol, &r)
		}
	}
	return g.source("/*\n" + directive + cTypes + "*/\nimport \"C\"\n")
}

// manifestSource returns C that puts the manifest into its section. The string literals have
// octal escapes, because an escape in hex would include the digits after it.
func manifestSource(data []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "\nconst uint64_t winplugin_manifest_size = %d;\n", len(data))
	fmt.Fprintf(&b, "__attribute__((section(%q), used))\nconst unsigned char winplugin_manifest_data[] =", manifest.Section)
	const line = 96
	for start := 0; start < len(data); start += line {
		b.WriteString("\n\t\"")
		for _, c := range data[start:min(start+line, len(data))] {
			if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?' {
				fmt.Fprintf(&b, "\\%03o", c)
			} else {
				b.WriteByte(c)
			}
		}
		b.WriteByte('"')
	}
	b.WriteString(";\n")
	return b.Bytes()
}
