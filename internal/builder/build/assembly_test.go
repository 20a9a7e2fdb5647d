package build

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Go's assembler reads files that the go command knows nothing of, and reports none. No C
// compiler is asked.
func TestAssemblyIncludes(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the plugin has assembly for amd64")
	}
	const asm = "TEXT ·Answer(SB), 4, $0-8\n\tMOVQ $ANSWER, ret+0(FP)\n\tRET\n"
	for _, test := range []struct{ name, asm, header string }{
		{"outside of the folder", "#include \"textflag.h\"\n#include \"../../inc/x.h\"\n", "inc/x.h"},
		{"included by a header", "# include \"inner.h\"\n", "inc/x.h"},
		{"no header by its name", "#include \"x.inc\"\n", "plugin/inner/x.inc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			dir, header := filepath.Join(root, "plugin"), filepath.Join(root, filepath.FromSlash(test.header))
			write(t, header, "#define ANSWER 1\n")
			write(t, filepath.Join(dir, "go.mod"), "module example.com/plugin\n\ngo 1.22\n")
			write(t, filepath.Join(dir, "plugin.go"), "package calculator\n\nimport \"example.com/plugin/inner\"\n\n// Answer is that of assembly.\nfunc Answer() int { return inner.Answer() }\n")
			write(t, filepath.Join(dir, "inner", "inner.go"), "package inner\n\n// Answer is in assembly.\nfunc Answer() int\n")
			write(t, filepath.Join(dir, "inner", "inner.h"), "#include \"../../inc/x.h\"\n")
			write(t, filepath.Join(dir, "inner", "inner_amd64.s"), test.asm+asm)
			var log bytes.Buffer
			cfg := config(t, dir)
			cfg.Bridge, cfg.Log = manifest.Pure, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
			first, _ := stages(t, cfg)
			if a, list := stages(t, cfg); !a.Cached || len(list) != 1 {
				t.Errorf("without a change: stages %v, want a hit", list)
			}
			editHeader(t, cfg, header, first)
			if log.Len() > 0 {
				t.Errorf("got warnings, want none:\n%s", log.String())
			}
		})
	}
}
