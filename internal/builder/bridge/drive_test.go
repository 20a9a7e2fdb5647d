package bridge

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// TestDrive writes the generated code beside plugins, for once as files, and has it
// vetted. A plugin may have tests of its own, which call everything through frames:
// they find the forms of parameters and results in the variable routines.
func TestDrive(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the generated code is the same on every system")
	}
	if raceDetector {
		t.Skip("what runs are other programs, without the detector")
	}
	archives, err := filepath.Glob(filepath.Join("testdata", "drive", "*.txtar"))
	if err != nil || archives == nil {
		t.Fatalf("archives: got %v, %v, want some", archives, err)
	}
	for _, archive := range archives {
		t.Run(filepath.Base(archive), func(t *testing.T) {
			text, err := os.ReadFile(archive)
			if err != nil {
				t.Fatal(err)
			}
			drive(t, string(text))
		})
	}
}

func drive(t *testing.T, archive string) {
	m := load(t, "plugin", archive)
	out, err := Generate(m, options)
	if err != nil {
		t.Fatal(err)
	}
	driven := strings.Contains(archive, "\n-- plugin/drive_test.go --\n")
	driver, err := os.ReadFile(filepath.Join("testdata", "drive", "call.go.txt"))
	if err != nil {
		t.Fatal(err)
	}
	driver = bytes.Replace(driver, []byte("import (\n"), fmt.Appendf(nil, "import (\n\twinplugin_pluginrt %q\n", m.ImportPath+"/"+prefix+"/pluginrt"), 1)
	files := make(map[string][]byte)
	if driven {
		files["call_test.go"], files["routines_test.go"] = driver, routinesSource(out.Manifest)
	}
	for name, content := range out.Overlay {
		if filepath.Dir(name) != mainFolder && name != cgoFile && name != cFile {
			files[name] = content
		}
	}
	for name, content := range files {
		path := filepath.Join(m.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	goCommand := "go"
	if path := os.Getenv("WINPLUGIN_TEST_GO"); path != "" {
		goCommand = path // another release's
	}
	steps := [][]string{{"vet", "."}}
	if driven {
		steps = append(steps, []string{"test", "."})
	}
	for _, args := range steps {
		cmd := exec.Command(goCommand, args...)
		cmd.Dir = m.Dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local")
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: got error %v, want nil\n%s", strings.Join(args, " "), err, text)
		}
	}
}

// routinesSource is Go that says what the manifest says of each function.
func routinesSource(m *manifest.Manifest) []byte {
	var b bytes.Buffer
	b.WriteString("package plugin\n\nvar routines = map[string]routine{\n")
	names := []string{manifest.FormWord: "word", manifest.FormPair: "pair", manifest.FormText: "text", manifest.FormBulk: "bulk", manifest.FormMessage: "message", manifest.FormObject: "object", manifest.FormContext: "context"}
	forms := func(list []manifest.Param, last bool) (forms []string) {
		for i := range list {
			form, _ := m.Types.Form(&list[i].Type)
			forms = append(forms, names[form])
			if last && i == len(list)-1 && list[i].Type.IsError() {
				forms[i] = "error"
			}
		}
		return forms
	}
	write := func(index int, name string, params, results []manifest.Param) {
		fmt.Fprintf(&b, "\t%q: {%d, %#v, %#v},\n", name, index, forms(params, false), forms(results, true))
	}
	for i := range m.Functions {
		f := &m.Functions[i]
		write(i, f.Name, f.Params, f.Results)
	}
	for i := range m.Variables {
		v := &m.Variables[i]
		param := []manifest.Param{{Type: v.Type}}
		write(m.VariableIndex(i), "get "+v.Name, nil, param)
		write(m.VariableIndex(i)+1, "set "+v.Name, param, nil)
		write(m.VariableIndex(i)+2, "address of "+v.Name, nil, []manifest.Param{{Type: manifest.Type{Kind: manifest.Uintptr}}})
	}
	for i := range m.Methods {
		f := &m.Methods[i]
		write(m.MethodIndex(i), f.Receiver+"."+f.Name, f.Params, f.Results)
	}
	b.WriteString("}\n\nvar callbacks = []string{\n")
	for i := range m.Callbacks {
		f := &m.Callbacks[i]
		fmt.Fprintf(&b, "\t%q,\n", f.Receiver+"."+f.Name)
	}
	b.WriteString("}\n")
	return b.Bytes()
}
