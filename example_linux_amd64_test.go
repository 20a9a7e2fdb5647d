package winplugin_test

import (
	"fmt"
	"log"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// The same plugin in a process of its own.
func ExampleWithIsolation() {
	p, err := winplugin.Open("./examples/calculator", winplugin.WithIsolation(winplugin.Process))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	execute, err := winplugin.Func[func(a, b int) (int, error)](p, "Execute")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(execute(10, 20))
	// Output: 30 <nil>
}
