package winplugin_test

import (
	"context"
	"fmt"
	"log"
	"time"

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

// A plugin that may not use more than this.
func ExampleWithLimits() {
	p, err := winplugin.Open("./examples/calculator", winplugin.WithIsolation(winplugin.Process),
		winplugin.WithLimits(winplugin.Limits{Memory: 512 << 20, CPU: time.Minute, Files: 100}))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	results, err := p.Call(context.Background(), "Execute", 10, 20)
	fmt.Println(results, err)
	// Output: [30] <nil>
}

// A plugin that somebody has started under a debugger, with WINPLUGIN_REATTACH=/tmp/calculator in the environment.
func ExampleWithReattach() {
	p, err := winplugin.Open("./calculator.so", winplugin.WithIsolation(winplugin.Process), winplugin.WithReattach("/tmp/calculator"))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	results, err := p.Call(context.Background(), "Execute", 10, 20)
	fmt.Println(results, err)
}

// A plugin that gets some variables of the host, and one of its own.
func ExampleWithEnvironment() {
	p, err := winplugin.Open("./examples/calculator", winplugin.WithIsolation(winplugin.Process),
		winplugin.WithEnvironment("HTTPS_PROXY", "AWS_*", "MODE=test"))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	results, err := p.Call(context.Background(), "Execute", 10, 20)
	fmt.Println(results, err)
	// Output: [30] <nil>
}
