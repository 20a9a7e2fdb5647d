// Statichost opens a library in a program that is statically linked, and prints the error.
package main

import (
	"errors"
	"fmt"
	"os"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func main() {
	p, err := winplugin.Open(os.Args[1])
	var load *winplugin.LoadError
	switch {
	case errors.As(err, &load):
		fmt.Println("LoadError:", err)
	case err != nil:
		fmt.Println("error:", err)
	default:
		fmt.Println("opened", p.Manifest().Package)
	}
}
