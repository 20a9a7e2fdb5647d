package bridge

import (
	"bytes"
	"fmt"
	"go/ast"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge/pure"
	"github.com/RamanSharma100/go-winplugin/internal/shared"
)

// pureFiles are the files of package pure, by target.
var pureFiles = map[string][]string{
	"linux/amd64":   {"elf/bridge_linux.go", "elf/bridge_linux_amd64.s", "elf/end_linux_amd64.s", "elf/life_linux_amd64.s", "elf/ledger_linux_amd64.s", "elf/light_linux_amd64.go", "elf/light_linux_amd64.s", "elf/nolight_linux.go", "stubs.go", "stubs_amd64.s"},
	"windows/amd64": {"bridge_windows.go", "bridge_windows_amd64.s", "guard_windows_amd64.s", "hooks_windows_amd64.s", "rules_windows_amd64.s", "stubs.go", "stubs_amd64.s"},
	"windows/arm64": {"bridge_windows.go", "bridge_windows_arm64.s", "stubs.go", "stubs_arm64.s"}, // no ledger: see abi.Ledger
}

// PureTargets lists the targets of the pure bridge, as in "linux/amd64".
func PureTargets() []string { return sortedKeys(pureFiles) }

var packageClause = regexp.MustCompile(`(?m)^package \w+$`)

// addPure adds what only the pure bridge has: the entries in assembly, for one processor,
// and a main function that waits for the host.
func (p *planned) addPure(out *Output) error {
	m := p.model
	files := pureFiles[p.manifest.GOOS+"/"+p.manifest.GOARCH]
	if files == nil {
		return fmt.Errorf("package %s: the pure bridge knows nothing of %s/%s; build for %s, or choose the cgo bridge", m.Name, p.manifest.GOOS, p.manifest.GOARCH, strings.Join(sortedKeys(pureFiles), ", "))
	}
	own := make(map[string][]byte)
	if p.manifest.GOOS == "linux" {
		var err error
		if own, err = shared.Files(shared.Nolibc); err != nil {
			return err
		}
	}
	return p.addMainFiles(out, files, own)
}

// addMainFiles adds files of package pure, and others, to the plugin's package, and a main function.
func (p *planned) addMainFiles(out *Output, files []string, own map[string][]byte) error {
	m := p.model
	for _, name := range files {
		text, err := pure.Source.ReadFile(name)
		if err != nil {
			return fmt.Errorf("package %s: the pure bridge's source: %w", m.Name, err)
		}
		own[path.Base(name)] = text
	}
	joinAssembly(own)
	for name, text := range own {
		if path.Ext(name) == ".go" { // looking through a long file in assembly takes milliseconds
			if at := packageClause.FindIndex(text); at != nil {
				text = slices.Concat(text[:at[0]], []byte("package "+m.Name), text[at[1]:])
			}
		}
		out.Overlay[prefix+"_"+name] = p.rename(text)
	}
	if m.Name != "main" {
		out.addMain(m.ImportPath, "plugin", " plugin.Winplugin_Main() ")
		return nil
	}
	out.Overlay[prefix+"_main.go"] = []byte("package main\n\nfunc main() { Winplugin_Main() }\n")
	return p.blankMain(out)
}

// blankMain renames the plugin's own main function to _ for the build, so that it does not
// run. Nothing else moves in the file.
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

// rename changes imports of shared packages in embedded source to their paths in the overlay.
func (p *planned) rename(text []byte) []byte {
	return bytes.ReplaceAll(text, []byte(`"`+shared.Module), []byte(`"`+p.sharedPath("")))
}
