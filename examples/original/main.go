// Command original builds the plugin in ./example and calls a function of it. Run it in its
// own folder: go run .
package main

import (
	"fmt"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func main() {
	loader, err := winplugin.NewLoader("./example")
	if err != nil {
		panic(err)
	}
	if err := loader.Build("plugin.go"); err != nil {
		panic(err)
	}
	result, err := loader.Call("example", "Execute", uintptr(10), uintptr(20))
	if err != nil {
		panic(err)
	}
	fmt.Println(result)
}
