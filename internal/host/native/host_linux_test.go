package native

import (
	"strings"
	"testing"
)

func TestMapsLibc(t *testing.T) {
	const line = "7f0000000000-7f0000001000 r-xp 00000000 08:01 123 "
	for _, test := range []struct {
		name, maps string
		want       bool
	}{
		{"static", line + "/bin/host\n" + line + "[vdso]\n", false},
		{"empty line", "\n", false},
		{"glibc", line + "/bin/host\n" + line + "/lib/x86_64-linux-gnu/libc.so.6\n", true},
		{"glibc's linker", line + "/lib64/ld-linux-x86-64.so.2\n", true},
		{"musl's linker", line + "/lib/ld-musl-x86_64.so.1\n", true},
		{"another library", line + "/lib/libcrypt.so.1\n", false},
		{"a folder of that name", line + "/home/libc.d/host\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := mapsLibc(strings.NewReader(test.maps)); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestIsRelativeToLibrary(t *testing.T) {
	for _, test := range []struct {
		path string
		want bool
	}{
		{"$ORIGIN", true}, {"${ORIGIN}/lib", true}, {"/opt:$ORIGIN/../lib", true}, {"/opt/lib", false}, {"$LIB", false}, {"", false},
	} {
		t.Run(test.path, func(t *testing.T) {
			if got := isRelativeToLibrary(test.path); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
