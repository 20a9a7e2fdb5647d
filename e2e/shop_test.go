package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"log"
	"log/slog"
	"os"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// The code of this file and of testdata/shop stands in docs/types.md.

type services struct{ store map[string][]byte }

func (s *services) Log(text string) { log.Print(text) }

func (s *services) Get(ctx context.Context, key string) ([]byte, error) {
	b, ok := s.store[key]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return b, nil
}

type cartProxy struct{ add func(sku string) int }

func (c *cartProxy) Add(sku string) int { return c.add(sku) }

type adder interface{ Add(sku string) int }

func shopObjects(ctx context.Context, p *winplugin.Plugin) error {
	results, err := p.Call(ctx, "NewCart")
	if err != nil {
		return err
	}
	cart := results[0].(*winplugin.Object)
	defer cart.Close() // or leave it to the garbage collector

	if _, err := cart.Call(ctx, "Add", "a1"); err != nil {
		return err
	}
	var methods struct {
		Add func(sku string) int
	}
	if err := cart.Bind(&methods); err != nil {
		return err
	}
	fmt.Println(methods.Add("b2"), cart.Type())

	merge, err := winplugin.Func[func(a, b *winplugin.Object) *winplugin.Object](p, "Merge")
	if err != nil {
		return err
	}
	both := merge(cart, cart)
	if results, err := both.Call(ctx, "Add", "c3"); err != nil || results[0] != 5 {
		return fmt.Errorf("lines of the merged cart: %v, %v", results, err)
	}
	return nil
}

func shopFunctions(cart *winplugin.Object) error {
	each, err := winplugin.Method[func(f func(sku string) error) error](cart, "Each")
	if err != nil {
		return err
	}
	err = each(func(sku string) error {
		fmt.Println(sku)
		return nil
	})
	return err
}

func shopIterators(cart *winplugin.Object) error {
	all, err := winplugin.Method[func() iter.Seq2[int, string]](cart, "All")
	if err != nil {
		return err
	}
	for i, sku := range all() {
		if i == 3 {
			break // the plugin's iterator returns, its deferred calls run
		}
		fmt.Println(sku)
	}
	return nil
}

func shopInterfaces(ctx context.Context, p *winplugin.Plugin) error {
	_, err := p.Call(ctx, "Init", &services{})
	return err
}

func shopReaders(p *winplugin.Plugin, cart *winplugin.Object) error {
	receipt, err := winplugin.Func[func(*winplugin.Object) io.Reader](p, "Receipt")
	if err != nil {
		return err
	}
	_, err = io.Copy(os.Stdout, receipt(cart))
	return err
}

func shopWriters(ctx context.Context, p *winplugin.Plugin, cart *winplugin.Object) error {
	_, err := p.Call(ctx, "Export", os.Stdout, cart)
	return err
}

func shopChannels(ctx context.Context, p *winplugin.Plugin) error {
	orders, err := winplugin.Func[func(context.Context) <-chan string](p, "Orders")
	if err != nil {
		return err
	}
	for order := range orders(ctx) {
		fmt.Println(order)
	}
	return nil
}

func shopContexts(ctx context.Context, p *winplugin.Plugin, changes chan<- string) error {
	watch, err := winplugin.Func[func(ctx context.Context, changes chan<- string) error](p, "Watch")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err = watch(ctx, changes) // errors.Is(err, context.DeadlineExceeded)
	return err
}

func shopGenerics(p *winplugin.Plugin) error {
	names, err := winplugin.Func[func([]int, func(int) string) []string](p, "Map[int, string]")
	if err != nil {
		return err
	}
	if list := names([]int{7}, func(n int) string { return fmt.Sprint(n) }); len(list) != 1 || list[0] != "7" {
		return fmt.Errorf("Map: %q", list)
	}
	return nil
}

func TestDocumentedObjects(t *testing.T) {
	proxy := winplugin.WithProxy(func(o *winplugin.Object) (adder, error) {
		add, err := winplugin.Method[func(sku string) int](o, "Add")
		return &cartProxy{add}, err
	})
	logs := winplugin.WithPluginLog(slog.Default().Handler())
	p := open(t, built(t, "shop"), proxy, logs)
	ctx := context.Background()
	cart := call(t, p, "NewCart")[0].(*winplugin.Object)
	one[int](t, cart, "Add", "a1")
	changes := make(chan string, 8)
	for name, err := range map[string]error{
		"objects": shopObjects(ctx, p), "functions": shopFunctions(cart), "iterators": shopIterators(cart), "interfaces": shopInterfaces(ctx, p),
		"readers": shopReaders(p, cart), "writers": shopWriters(ctx, p, cart), "channels": shopChannels(ctx, p), "generics": shopGenerics(p),
	} {
		t.Run(name, func(t *testing.T) {
			if err != nil {
				t.Errorf("%s: got error %v, want nil", name, err)
			}
		})
	}
	if err := shopContexts(ctx, p, changes); !errors.Is(err, context.DeadlineExceeded) || <-changes != "opened" {
		t.Errorf("contexts: got %v, want %v and \"opened\"", err, context.DeadlineExceeded)
	}
	if _, err := p.Call(ctx, "Ask", "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the host's service: got %v, want %v", err, fs.ErrNotExist)
	}
	if n := bound[func() adder](t, p, "NewAdder")().Add("x"); n != 1 {
		t.Errorf("a proxy: got %d, want 1", n)
	}
}
