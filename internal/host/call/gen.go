//go:build ignore

// What shapegen.go and answergen.go have in common.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"os"
	"strings"
)

// The type that stands for each letter: see shape.go.
var types = map[byte]string{
	'W': "uint64", 'D': "float64", 'O': "bool", 'S': "string", 'B': "[]byte",
	'F': "unsafe.Pointer", 'C': "context.Context",
}

// entries writes the cases of a table: those of all combinations of the parameters and
// results. value is what is returned for so many of each, with the type arguments list.
func entries(b *bytes.Buffer, params, results []string, value func(n, r int, list string) string) {
	for _, p := range params {
		for _, r := range results {
			p, r := strings.Trim(p, "-"), strings.Trim(r, "-")
			var args []string
			for _, letter := range []byte(p + r) {
				args = append(args, types[letter])
			}
			fmt.Fprintf(b, "\tcase %q:\n\t\treturn %s\n", p+">"+r, value(len(p), len(r), bracketed(args, "")))
		}
	}
	b.WriteString("\t}\n\treturn nil\n}\n")
}

// typeParams lists those of a func for n parameters and r results.
func typeParams(n, r int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("A%d", i))
	}
	if r == 1 {
		list = append(list, "R")
	}
	return bracketed(list, " any")
}

func bracketed(list []string, end string) string {
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + end + "]"
}

func write(name string, source []byte) {
	source, err := format.Source(source)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(name, source, 0o644); err != nil {
		log.Fatal(err)
	}
}
