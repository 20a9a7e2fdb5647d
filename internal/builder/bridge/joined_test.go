package bridge

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJoinAssembly(t *testing.T) {
	const head = "//go:build go1.22\n\n#include \"textflag.h\"\n"
	files := map[string]string{
		"b_amd64.s": "//go:build go1.22\n\n// B.\n\n#include \"textflag.h\"\n\n#define SIZE 2\n#define LOAD(x) \\\n\tMOVQ x, AX\n\nTEXT ·b(SB), NOSPLIT, $0\n\tLOAD(SIZE)\n",
		"a_amd64.s": head + "#define SIZE 1\nTEXT ·a(SB), NOSPLIT, $SIZE\n",
		"c_amd64.s": head + "TEXT c<>(SB), NOSPLIT, $0\n\tJMP c<>(SB)\n",
		"d_amd64.s": "//go:build go1.22 && !go1.27\n\n#include \"textflag.h\"\nTEXT ·d(SB), NOSPLIT, $0\n",
		"e_amd64.s": "//go:build go1.22\n\n#include \"funcdata.h\"\nTEXT ·e(SB), NOSPLIT, $0\n",
		"b.go":      "package b\n\nfunc b()\n",
	}
	want := map[string]string{
		"a_amd64.s": head + "\n\n#define SIZE 1\nTEXT ·a(SB), NOSPLIT, $SIZE\n#undef SIZE\n" +
			"\n// B.\n\n\n#define SIZE 2\n#define LOAD(x) \\\n\tMOVQ x, AX\n\nTEXT ·b(SB), NOSPLIT, $0\n\tLOAD(SIZE)\n#undef SIZE\n#undef LOAD\n" +
			"\nTEXT ·winplugin_static_c(SB), NOSPLIT, $0\n\tJMP ·winplugin_static_c(SB)\n",
		"d_amd64.s": "//go:build go1.22 && !go1.27\n\n#include \"textflag.h\"\n\n\nTEXT ·d(SB), NOSPLIT, $0\n",
		"e_amd64.s": "//go:build go1.22\n\n#include \"funcdata.h\"\n\n\nTEXT ·e(SB), NOSPLIT, $0\n",
		"b.go":      files["b.go"],
	}
	input := make(map[string][]byte)
	for name, text := range files {
		input[name] = []byte(text)
	}
	joinAssembly(input)
	got := make(map[string]string)
	for name, text := range input {
		got[name] = string(text)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("got other files (-want +got):\n%s", d)
	}
}
