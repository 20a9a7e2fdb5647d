package winplugin_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func ExampleOpen() {
	p, err := winplugin.Open("./examples/calculator") // builds if anything changed, then loads
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	results, err := p.Call(context.Background(), "Execute", 10, 20)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(results[0])
	// Output: 30
}

// A library that is embedded in the host needs no file beside it.
func ExampleOpenBytes() {
	ctx := context.Background()
	// Usually the host embeds what "winplugin build -o calculator.so" has made:
	//
	//	//go:embed calculator.so
	//	var library []byte
	artifact, err := winplugin.Build(ctx, "./examples/calculator")
	if err != nil {
		log.Fatal(err)
	}
	library, err := os.ReadFile(artifact.Path)
	if err != nil {
		log.Fatal(err)
	}

	p, err := winplugin.OpenBytes(ctx, "calculator", library)
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	results, err := p.Call(ctx, "Execute", 10, 20)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(results[0])
	// Output: 30
}

// A function of the plugin becomes a Go func, and a struct can hold several.
func ExampleFunc() {
	p, err := winplugin.Open("./examples/calculator")
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	divide, err := winplugin.Func[func(a, b float64) (float64, error)](p, "Divide")
	if err != nil {
		log.Fatal(err)
	}
	quotient, err := divide(10, 4)

	var calc struct {
		Execute func(a, b int) int
		Hello   func(name string) string `plugin:"Greet"`
	}
	if err := p.Bind(&calc); err != nil {
		log.Fatal(err)
	}
	fmt.Println(calc.Hello("Go"), calc.Execute(10, 20), quotient)
	// Output: Hello, Go! 30 2.5
}

// Many calls of a short function enter the plugin together.
func ExampleBatch() {
	p, err := winplugin.Open("./examples/calculator")
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	execute, err := winplugin.Batch[func(sums, a, b []int) (int, error)](p, "Execute")
	if err != nil {
		log.Fatal(err)
	}
	sums := make([]int, 3)
	n, err := execute(sums, []int{1, 2, 3}, []int{10, 20, 30})
	fmt.Println(n, sums, err)
	// Output: 3 [11 22 33] <nil>
}

// Errors tell apart what the function returned, what it broke, and what was wrong
// with the call.
// A plugin that ends fatally is opened again, and the funcs that were bound to it work again.
func ExampleWithRestart() {
	p, err := winplugin.Open("./examples/calculator", winplugin.WithRestart(winplugin.RestartPolicy{
		Wait:    time.Second, // calls wait for the plugin, and do not fail at once
		OnEvent: func(e winplugin.RestartEvent) { log.Print(e.Stage, " ", e.Err) },
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	execute, err := winplugin.Func[func(a, b int) (int, error)](p, "Execute")
	if err != nil {
		log.Fatal(err)
	}
	sum, err := execute(10, 20)
	var crash *winplugin.CrashError
	if errors.As(err, &crash) { // the plugin ended during this call, or is still away
		log.Print(crash.Stack)
	}
	fmt.Println(sum, p.Restarts().Restarts)
	// Output: 30 0
}

func ExamplePlugin_Call() {
	p, err := winplugin.Open("./examples/calculator")
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	call := func(function string, args ...any) {
		results, err := p.Call(context.Background(), function, args...)
		var returned *winplugin.ErrorResult
		var panicked *winplugin.PanicError
		var mismatch *winplugin.SignatureError
		switch {
		case errors.As(err, &returned):
			fmt.Println("it returned an error:", returned.Message)
		case errors.As(err, &panicked):
			fmt.Println("it panicked:", panicked.Value)
		case errors.As(err, &mismatch):
			fmt.Println("it was called wrongly:", mismatch.Detail)
		case errors.Is(err, winplugin.ErrNotFound):
			fmt.Println("it is not there:", function)
		default:
			fmt.Println(results, err)
		}
	}
	call("Divide", 1, 4)
	call("Divide", 1, 0)
	call("Split", 1, 0)
	call("Split", 1)
	call("Multiply", 1, 4)
	// Output:
	// [0.25] <nil>
	// it returned an error: divide 1 by 0: division by zero
	// it panicked: runtime error: integer divide by zero
	// it was called wrongly: takes 2 arguments, got 1
	// it is not there: Multiply
}

func ExampleLoader() {
	loader, err := winplugin.NewLoader("./examples")
	if err != nil {
		log.Fatal(err)
	}
	defer loader.Close()

	// The file names the package. All of the package's files are built.
	if err := loader.Build("calculator/calculator.go"); err != nil {
		log.Fatal(err)
	}
	sum, err := loader.Call("calculator", "Execute", uintptr(10), uintptr(20))
	if err != nil {
		log.Fatal(err)
	}
	parts, err := loader.Call("calculator", "Split", 7, 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sum, parts)
	// Output: 30 [3 1]
}

// Check needs no C compiler for targets of the pure bridge.
func ExampleCheck() {
	m, err := winplugin.Check(context.Background(), "./examples/calculator", winplugin.WithTarget("windows/amd64"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("package", m.Package, "for", m.GOOS)
	for i := range m.Functions {
		fmt.Println(m.Functions[i].Signature())
	}
	// Output:
	// package calculator for windows
	// Checksum(data []byte) uint32
	// Divide(a float64, b float64) (float64, error)
	// Execute(a int, b int) int
	// Greet(name string) string
	// Hypotenuse(a float64, b float64) float64
	// IsEven(n int64) bool
	// PluginVersion() string
	// Reverse(data []byte) []byte
	// Split(a int, b int) (quotient int, remainder int)
}

func ExampleInspect() {
	a, err := winplugin.Build(context.Background(), "./examples/calculator", winplugin.WithCExports())
	if err != nil {
		log.Fatal(err)
	}
	m, err := winplugin.Inspect(a.Path) // runs none of the library's code
	if err != nil {
		log.Fatal(err)
	}
	greet, _ := m.Lookup("Greet")
	fmt.Println(greet.Doc)
	fmt.Println(greet.Symbol)
	// Output:
	// Greet returns a greeting for name, or for the world if name is empty.
	// go_plugin_calculator_Greet
}
