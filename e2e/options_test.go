package e2e

import (
	"fmt"
	"hash"
	"hash/fnv"
	"testing"
)

// A function sets a field of its options to a value that the host cannot copy, as hashstructure's Hash
// does: the host's options have it afterwards, if they have the field.
func TestOptionsThatAreFilled(t *testing.T) {
	p := open(t, built(t, "objects"))
	sum := fnv.New64a()
	sum.Write([]byte("text"))
	want := fmt.Sprintf("%x", sum.Sum64())
	type some struct{ Prefix string }
	type dynamic struct {
		Prefix string
		Sum    any
	}
	type full struct {
		Sum    hash.Hash64
		Prefix string
	}
	withAny, withHash := &dynamic{Prefix: "> "}, &full{Prefix: "> "}
	for _, test := range []struct {
		name    string
		options any
	}{
		{"map", map[string]any{"Prefix": "> "}},
		{"struct without the field", &some{"> "}},
		{"struct by value", some{"> "}},
		{"struct with any", withAny},
		{"struct with the interface", withHash},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, p, "Digest", "text", test.options)[0]; got != "> "+want {
				t.Errorf("got %v, want %s", got, "> "+want)
			}
		})
	}
	if withAny.Sum == nil {
		t.Error("a field of type any: got nil, want an object")
	}
	if withHash.Sum == nil {
		t.Fatal("a field of type hash.Hash64: got nil, want the plugin's hash")
	}
	if got := fmt.Sprintf("%x", withHash.Sum.Sum64()); got != want {
		t.Errorf("the plugin's hash: got the sum %s, want %s", got, want)
	}
}
