package winplugin_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// documents are what people read first; the tests below keep them true.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	for _, pattern := range []string{"*.md", "docs/*.md", "tools/wine/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			texts[file] = read(t, file)
		}
	}
	if len(texts) == 0 {
		t.Fatal("got no documents, want some")
	}
	return texts
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

// blocks returns the fenced code of a language.
func blocks(text, language string) []string {
	var list []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// dedent takes the indentation away, so that a part of a function can be found.
func dedent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimLeft(line, "\t"))
	}
	return b.String()
}

// Go code in the documents is part of programs that are compiled and run by tests.
func TestDocumentsGoCode(t *testing.T) {
	aboutSource(t)
	var tested strings.Builder
	for _, file := range []string{"example_test.go", "example_linux_amd64_test.go", "example_watch_test.go", "examples/original/main.go", "examples/services/main.go", "examples/reload/main.go", "e2e/testdata/market/market.go", "e2e/testdata/shop/shop.go", "e2e/shop_test.go"} {
		tested.WriteString(dedent(read(t, file)))
	}
	found := 0
	for file, text := range documents(t) {
		for _, code := range blocks(text, "go") {
			found++
			if !strings.Contains(tested.String(), dedent(code)) {
				t.Errorf("%s: got code that is in no tested example, want it there:\n%s", file, code)
			}
		}
	}
	if found == 0 {
		t.Error("got no Go code, want some")
	}
}

func TestDocumentsLinks(t *testing.T) {
	aboutSource(t)
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	anchor := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for file, text := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			name, part, _ := strings.Cut(m[1], "#")
			target := file
			if name != "" {
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(name))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: link to %s: %v, want nil", file, m[1], err)
				continue
			}
			if part == "" {
				continue
			}
			exists := false
			for line := range strings.Lines(read(t, target)) {
				if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && line[0] == '#' {
					title = anchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
					exists = exists || strings.ReplaceAll(title, " ", "-") == part
				}
			}
			if !exists {
				t.Errorf("%s: got a link to %s, want one to a heading that exists", file, m[1])
			}
		}
	}
}

// Files and folders of this module that the documents name are there.
func TestDocumentsFiles(t *testing.T) {
	aboutSource(t)
	name := regexp.MustCompile("`((?:internal|cmd|e2e|tools|manifest|examples|docs)/[A-Za-z0-9_./-]+)`")
	found := 0
	for file, text := range documents(t) {
		for _, m := range name.FindAllStringSubmatch(text, -1) {
			found++
			if _, err := os.Stat(filepath.FromSlash(m[1])); err != nil {
				t.Errorf("%s: %v, want nil", file, err)
			}
		}
	}
	if found == 0 {
		t.Error("got no names of files, want some")
	}
}

// Tests and benchmarks that the documents name are there.
func TestDocumentsTests(t *testing.T) {
	aboutSource(t)
	declared := make(map[string]bool)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Benchmark)[A-Z]\w*)`).FindAllStringSubmatch(read(t, path), -1) {
			declared[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for file, text := range documents(t) {
		for _, name := range regexp.MustCompile(`\b(?:Test|Benchmark)[A-Z]\w*`).FindAllString(text, -1) {
			found++
			if !declared[name] {
				t.Errorf("%s: got %s, want the name of a test or benchmark", file, name)
			}
		}
	}
	if found == 0 {
		t.Error("got no names of tests, want some")
	}
}

// The exit codes are the command's contract: its help, its package comment and its page
// must agree.
func TestDocumentsExitCodes(t *testing.T) {
	codes := func(file, pattern string) (list []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(read(t, file), -1) {
			list = append(list, m[1])
		}
		return list
	}
	help := codes("cmd/winplugin/help.go", `(?m)^  (\d+) +\S`)
	for file, pattern := range map[string]string{"docs/cli.md": `(?m)^\| (\d+) \|`, "cmd/winplugin/main.go": `(?m)^//\t(\d+) +\S`} {
		t.Run(file, func(t *testing.T) {
			if diff := cmp.Diff(help, codes(file, pattern)); diff != "" || len(help) == 0 {
				t.Errorf("exit codes in %s (-want, as in help.go, +got):\n%s", file, diff)
			}
		})
	}
}

func TestDocumentsManifest(t *testing.T) {
	m, err := winplugin.Check(context.Background(), "./examples/calculator", winplugin.WithCExports())
	if err != nil {
		t.Fatal(err)
	}
	list := blocks(read(t, "docs/library.md"), "json")
	if len(list) == 0 {
		t.Fatal("got no JSON in docs/library.md, want some")
	}
	for _, text := range list {
		var f winplugin.Function
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		have, _ := m.Lookup(f.Name)
		if diff := cmp.Diff(have, &f); diff != "" {
			t.Errorf("%s in library.md (-want, as in the manifest, +got):\n%s", f.Name, diff)
		}
	}
}

// The program in library.md, linked against the example's library.
func TestDocumentsCProgram(t *testing.T) {
	compiler := ""
	for _, name := range []string{"gcc", "clang", "cc"} {
		if path, err := exec.LookPath(name); err == nil {
			compiler = path
			break
		}
	}
	if compiler == "" {
		t.Skip("no C compiler in PATH")
	}
	list := blocks(read(t, "docs/library.md"), "c")
	if len(list) != 1 {
		t.Fatalf("library.md: got %d C programs, want 1", len(list))
	}
	dir := filepath.Join(t.TempDir(), "C program ü")
	if err := os.MkdirAll(dir, fs.ModePerm); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	a, err := winplugin.Build(ctx, "./examples/calculator", winplugin.WithOutput(dir), winplugin.WithCExports())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.c"), []byte(list[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: got error %v, want nil\n%s", name, err, out)
		}
		return strings.ReplaceAll(string(out), "\r\n", "\n")
	}
	run(compiler, "main.c", "./"+filepath.Base(a.Path), "-o", "main.exe")
	const want = "30\nHello, C!\nerror: divide 1 by 0: division by zero\n"
	if diff := cmp.Diff(want, run(filepath.Join(dir, "main.exe"))); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// packages returns the module's packages by their folders, but for the examples.
func packages(t *testing.T) map[string]bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "./...")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64") // which have them all
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	list := make(map[string]bool)
	for _, name := range strings.Fields(string(out)) {
		_, folder, below := strings.Cut(name, "/go-winplugin/")
		if below && !strings.HasPrefix(folder, "examples/") {
			list[folder] = true
		}
	}
	return list
}

// The tables of packages list all of them, and no others.
func TestDocumentsPackages(t *testing.T) {
	aboutSource(t)
	listed := make(map[string]bool)
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)` \\|").FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1) {
		listed[m[1]] = true
	}
	if diff := cmp.Diff(packages(t), listed); diff != "" {
		t.Errorf("packages in CONTRIBUTING.md (-want +got):\n%s", diff)
	}
}

// The pipeline in the README names packages, in the order in which a plugin passes them.
func TestDocumentsPipeline(t *testing.T) {
	aboutSource(t)
	names := make(map[string]bool)
	for folder := range packages(t) {
		for part := range strings.SplitSeq(folder, "/") {
			names[part] = true
		}
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^      ([a-z]+)  +\S`).FindAllStringSubmatch(read(t, "README.md"), -1) {
		got = append(got, m[1])
		if !names[m[1]] {
			t.Errorf("README.md: got the stage %s, want a package of the builder", m[1])
		}
	}
	want := []string{"source", "policy", "bridge", "toolchain", "build", "native", "inproc"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stages in README.md (-want +document):\n%s", diff)
	}
}

func TestDocumentsVersions(t *testing.T) {
	text := read(t, "docs/library.md")
	for _, test := range []struct {
		name, pattern string
		want          int
	}{
		{"format", `version of the manifest itself, now (\d+)`, manifest.Format},
		{"bridge", `contract between host and library, now (\d+)`, abi.Version},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := regexp.MustCompile(test.pattern).FindStringSubmatch(text)
			if m == nil || m[1] != strconv.Itoa(test.want) {
				t.Errorf("docs/library.md says %q, want %d", m, test.want)
			}
		})
	}
}
