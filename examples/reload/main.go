// Command reload replaces a plugin by other versions while it is used. Run it in its own folder:
// go run .
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	// The program edits a copy of the plugin, as its author would edit the plugin itself.
	dir, err := os.MkdirTemp("", "greeter")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS("greeter")); err != nil {
		return err
	}

	p, err := winplugin.Open(dir, winplugin.WithReload(winplugin.ReloadPolicy{}))
	if err != nil {
		return err
	}
	defer p.Close()
	greet, err := winplugin.Func[func(name string) string](p, "Greet")
	if err != nil {
		return err
	}
	fmt.Println(greet("Ada"))

	if err := edit(dir, `"Hello"`, `"Good morning"`); err != nil {
		return err
	}
	g, err := p.Reload(ctx) // greet now calls the new version
	if err != nil {
		return err
	}
	fmt.Println(g, "says:", greet("Grace"))

	for _, greeting := range []string{`5`, `""`} {
		if err := edit(dir, `"Good morning"`, greeting); err != nil {
			return err
		}
		_, err := p.Reload(ctx) // fails, and the old version keeps working
		var build *winplugin.BuildError
		if errors.As(err, &build) {
			err = errors.New("it cannot be built") // build.Diagnostics tells where
		}
		fmt.Println(err)
		if err := edit(dir, greeting, `"Good morning"`); err != nil {
			return err
		}
	}

	if g, err = p.Rollback(ctx); err != nil {
		return err
	}
	fmt.Println(g, "says:", greet("Edsger"))
	return nil
}

// edit replaces the greeting in the plugin's source.
func edit(dir, old, new string) error {
	path := filepath.Join(dir, "greeter.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text = bytes.Replace(text, []byte("greeting = "+old), []byte("greeting = "+new), 1)
	return os.WriteFile(path, text, 0o600)
}
