package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

const packSource = `package pack

import "github.com/klauspost/compress/zstd"

var (
	encoder, _ = zstd.NewWriter(nil)
	decoder, _ = zstd.NewReader(nil)
)

func Pack(b []byte) []byte { return encoder.EncodeAll(b, nil) }

func Unpack(b []byte) ([]byte, error) { return decoder.DecodeAll(b, nil) }
`

// A package with Go assembly, which cgo does not take beside C, is a plugin by the pure
// bridge.
func TestAssembly(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("for the pure bridge")
	}
	dir := filepath.Join(t.TempDir(), "pack ü")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	own := `package pack

// Twice is in assembly.
func twice(n int64) int64

func Twice(n int64) int64 { return twice(n) }
`
	assembly := `#include "textflag.h"

TEXT ·twice(SB), NOSPLIT, $0-16
	MOVQ n+0(FP), AX
	ADDQ AX, AX
	MOVQ AX, ret+8(FP)
	RET
`
	for name, text := range map[string]string{
		"go.mod": "module pack\n\ngo 1.25.0\n\nrequire github.com/klauspost/compress v1.20.3\n", "go.sum": string(sums),
		"pack.go": packSource, "twice.go": own, "twice_amd64.s": assembly,
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
	p, err := winplugin.Open(dir, options(winplugin.WithoutPolicy())...)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	text := bytes.Repeat([]byte("the same again, and again; "), 10000)
	packed := call(t, p, "Pack", text)[0].([]byte)
	if len(packed) > len(text)/10 {
		t.Errorf("got %d bytes of %d packed, want at most a tenth", len(packed), len(text))
	}
	if back := call(t, p, "Unpack", packed)[0].([]byte); !bytes.Equal(back, text) {
		t.Errorf("%d bytes came back, want %d", len(back), len(text))
	}
	if n := call(t, p, "Twice", int64(21))[0]; n != int64(42) {
		t.Errorf("twice 21: got %v, want %v", n, int64(42))
	}
}
