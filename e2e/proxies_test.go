package e2e

import (
	"context"
	"image"
	"image/color"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

type boat struct{ Title string }

func (b *boat) Name() string { return "boat " + b.Title }

type raft struct{ Title string }

func (r raft) Name() string { return "raft " + r.Title }

// A value of the host's behind an interface of the plugin's is decoded to and printed in the
// host, as encoding/json and fmt do with the value itself.
func TestProxiesAreDecodedAndPrinted(t *testing.T) {
	p := objects(t)
	b := new(boat)
	if got, want := call(t, p, "FromJSON", b, `{"Title":"Ark"}`)[0], "boat Ark: boat Ark"; got == want || b.Title != "Ark" {
		t.Errorf("got %q and the title %q, want the title Ark", got, b.Title)
	}
	if got, want := call(t, p, "FromJSON", b, `{}`)[0], "boat Ark: &{Title:Ark}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err := p.Call(context.Background(), "FromJSON", raft{}, `{"Title":"x"}`)
	if want := "pass a pointer"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a value that is no pointer: got %v, want an error with %q", err, want)
	}
}

// An object of a type that is not exported has the methods of the plugin's interfaces.
func TestObjectsHaveMethodsOfInterfaces(t *testing.T) {
	p := objects(t)
	part := call(t, p, "Parts")[0].([]any)[0].(*winplugin.Object)
	if got := one[string](t, part, "Name"); got != "wheel" {
		t.Errorf("got %q, want wheel", got)
	}
	_, err := part.Call(context.Background(), "Label")
	if want := "it has Name"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("another method: got %v, want an error with %q", err, want)
	}
}

// Funcs of the plugin with a parameter of a type that is not exported go back within a slice.
func TestOwnFuncsInSlice(t *testing.T) {
	p := objects(t)
	a, b := call(t, p, "Write", "a")[0], call(t, p, "Write", "b")[0]
	if got := call(t, p, "Build", a, b, a)[0]; got != "aba" {
		t.Errorf("got %v, want aba", got)
	}
}

// A function with a known type takes objects for its other parameters, and returns them.
func TestObjectsBesideKnownTypes(t *testing.T) {
	p := known(t)
	half, err := must(winplugin.Var[*winplugin.Object](p, "Half")).Get()
	if err != nil {
		t.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, 1, 1))
	picture.Pix[0] = 100
	results := call(t, p, "Filtered", picture, half)
	if got, want := results[0].(image.Image).At(0, 0), (color.Gray{50}); got != want {
		t.Errorf("dynamic: got %v, want %v", got, want)
	}
	filtered := bound[func(image.Image, *winplugin.Object) (image.Image, *winplugin.Object)](t, p, "Filtered")
	i, f := filtered(picture, half)
	if got, want := i.At(0, 0), (color.Gray{50}); got != want {
		t.Errorf("bound: got %v, want %v", got, want)
	}
	if name, err := f.Get("Name"); name != "half" || err != nil {
		t.Errorf("the filter's name: got %v, %v, want half", name, err)
	}
}
