package source

import "testing"

func TestHeader(t *testing.T) {
	const file = "// Package p is one.\npackage p\n\nimport \"fmt\"\n\nimport (\n\t_ \"embed\"\n)\n\n//go:embed a.txt\nvar a string\n\nfunc F() { fmt.Print(a) }\n"
	want, err := Header([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, file string
		same       bool
	}{
		{"body", "// Package p is one.\npackage p\n\nimport \"fmt\"\n\nimport (\n\t_ \"embed\"\n)\n\n// The text.\n//\n//go:embed a.txt\nvar a string\n\nfunc F() { fmt.Print(a, 2) }\n\nfunc G() {}\n", true},
		{"constraint", "//go:build go1.22\n\n" + file, false},
		{"package", "package q" + file[len("// Package p is one.\npackage p"):], false},
		{"import", "// Package p is one.\npackage p\n\nimport \"fmt\"\n\nimport (\n\t_ \"embed\"\n\t_ \"io\"\n)\n\n//go:embed a.txt\nvar a string\n\nfunc F() { fmt.Print(a) }\n", false},
		{"fewer imports", "// Package p is one.\npackage p\n\nimport _ \"embed\"\n\n//go:embed a.txt\nvar a string\n", false},
		{"directive", "// Package p is one.\npackage p\n\nimport \"fmt\"\n\nimport (\n\t_ \"embed\"\n)\n\n//go:embed b.txt\nvar a string\n\nfunc F() { fmt.Print(a) }\n", false},
		{"one directive more", file + "\n//go:embed b.txt\nvar b string\n", false},
		{"no directive", "// Package p is one.\npackage p\n\nimport \"fmt\"\n\nimport (\n\t_ \"embed\"\n)\n\nvar a string\n\nfunc F() { fmt.Print(a) }\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Header([]byte(test.file))
			if err != nil {
				t.Fatal(err)
			}
			if (got == want) != test.same {
				t.Errorf("got the same header %t, want %t", got == want, test.same)
			}
		})
	}
	if _, err := Header([]byte("package p\n\nfunc")); err == nil {
		t.Error("a file that does not parse: got no error, want one")
	}
}
