package winplugin_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// greeter writes a plugin whose Greet says the greeting.
func greeter(dir, greeting string) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		log.Fatal(err)
	}
	text := fmt.Sprintf("package greeter\n\nfunc Greet() string { return %q }\n", greeting)
	if err := os.WriteFile(filepath.Join(dir, "greeter.go"), []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}
}

// A plugin is reloaded when its file is saved. What is bound calls the new version.
func ExampleWithWatch() {
	dir, err := os.MkdirTemp("", "greeter")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	greeter(dir, "Hello!")

	events := make(chan winplugin.ReloadEvent, 100)
	p, err := winplugin.Open(dir,
		winplugin.WithWatch(winplugin.WatchPolicy{}),
		winplugin.WithLowPriority(), // builds take less time from the host
		winplugin.WithReload(winplugin.ReloadPolicy{
			OnEvent: func(e winplugin.ReloadEvent) { events <- e },
		}))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	greet, err := winplugin.Func[func() string](p, "Greet")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(greet())

	greeter(dir, "Good morning!")
	for e := range events {
		if e.Stage == winplugin.ReloadSwitched {
			break
		}
	}
	fmt.Println(greet())
	// Output:
	// Hello!
	// Good morning!
}

// The plugins in a folder are named by their own folders.
func ExampleOpenDir() {
	dir, err := os.MkdirTemp("", "plugins")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	greeter(filepath.Join(dir, "english"), "Hello!")
	greeter(filepath.Join(dir, "german"), "Hallo!")

	ctx := context.Background()
	r, err := winplugin.OpenDir(ctx, dir)
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for _, e := range r.List() {
		fmt.Println(e.Name, e.Err)
	}
	p, err := r.Get("german")
	if err != nil {
		log.Fatal(err)
	}
	results, err := p.Call(ctx, "Greet")
	fmt.Println(results, err)
	// Output:
	// english <nil>
	// german <nil>
	// [Hallo!] <nil>
}
