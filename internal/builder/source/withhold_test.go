package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithhold(t *testing.T) {
	for _, test := range []struct{ name, output, want string }{
		{"GCC", "# m/dep\nIn file included from dep/dep.go:3:\n/etc/hostname:1:3: error: expected ‘;’ before ‘typedef’\n    1 | secret\n      |   ^\n      |   ;\ndep/dep.go:4:1: error: x\n    4 | y\n",
			"# m/dep\nIn file included from dep/dep.go:3:\n/etc/hostname:1: error: the file is no C; its text is not shown\ndep/dep.go:4:1: error: x\n    4 | y\n"},
		{"Clang", "/etc/hostname:1:1: error: unknown type name 'secret'\n1 error generated.\n",
			"/etc/hostname:1: error: the file is no C; its text is not shown\n1 error generated.\n"},
		{"name without an extension", "/a.c/key:7: fatal error: secret\n", "/a.c/key:7: error: the file is no C; its text is not shown\n"},
		{"Windows", "C:\\keys\\id.pem:1:2: error: secret\n", "C:\\keys\\id.pem:1: error: the file is no C; its text is not shown\n"},
		{"header", "/usr/include/x.h:3:10: fatal error: y.h: No such file\n    3 | #include <y.h>\n", "/usr/include/x.h:3:10: fatal error: y.h: No such file\n    3 | #include <y.h>\n"},
		{"network", "go: dial tcp 127.0.0.1:443: connect: refused, an error: x\n", "go: dial tcp 127.0.0.1:443: connect: refused, an error: x\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := withhold(test.output)
			if diff := cmp.Diff(test.want, got); diff != "" || strings.Contains(got, "secret") {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
