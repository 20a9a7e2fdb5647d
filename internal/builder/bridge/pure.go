package bridge

import (
	"bytes"
	"fmt"
	"go/ast"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge/pure"
	"github.com/RamanSharma100/go-winplugin/internal/shared"
)

// addPure adds what only the pure bridge has: the entries in assembly, for one
// processor, and a main function that serves.
func (p *planned) addPure(out *Output) error {
	m := p.model
	files := map[string]string{
		"bridge_windows.go":                          prefix + "_pure_windows.go",
		"bridge_windows_" + p.manifest.GOARCH + ".s": prefix + "_pure_windows_" + p.manifest.GOARCH + ".s",
	}
	if p.manifest.GOARCH == "amd64" { // the others keep no ledger: see abi.Ledger
		files["hooks_windows_amd64.s"] = prefix + "_hooks_windows_amd64.s"
		files["rules_windows_amd64.s"] = prefix + "_rules_windows_amd64.s"
	}
	for name, to := range files {
		text, err := pure.Source.ReadFile(name)
		if err != nil {
			return fmt.Errorf("package %s: the pure bridge knows nothing of windows/%s; build for windows/amd64 or windows/arm64", m.Name, p.manifest.GOARCH)
		}
		text = bytes.Replace(text, []byte("\npackage pure\n"), []byte("\npackage "+m.Name+"\n"), 1)
		out.Overlay[to] = rename(text, m.ImportPath)
	}
	if m.Name != "main" {
		out.addMain(m.ImportPath, "plugin", " plugin.Winplugin_Main() ")
		return nil
	}
	out.Overlay[prefix+"_main.go"] = []byte("package main\n\nfunc main() { Winplugin_Main() }\n")
	return p.blankMain(out)
}

// blankMain takes the name from the plugin's own main function, which is not to
// run: for the build, its file says func _. Nothing else moves in the file.
func (p *planned) blankMain(out *Output) error {
	for _, file := range p.model.Files {
		for _, d := range file.Syntax.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || f.Name.Name != "main" {
				continue
			}
			text := file.Data
			at := p.model.Fset.PositionFor(f.Name.Pos(), false).Offset
			name, err := filepath.Rel(p.model.Dir, file.Path)
			if err != nil {
				return fmt.Errorf("package main: %w", err)
			}
			out.Overlay[filepath.ToSlash(name)] = append(append(append([]byte(nil), text[:at]...), "_   "...), text[at+len("main"):]...)
		}
	}
	return nil
}

// rename makes embedded source import its siblings where they are in the overlay.
func rename(text []byte, importPath string) []byte {
	return bytes.ReplaceAll(text, []byte(`"`+shared.Module), []byte(`"`+importPath+"/"+prefix+"/"))
}
