package manifest

import (
	"fmt"
	"testing"
)

// chain declares n structs, each of which holds the one before.
func chain(n int) Types {
	types := Types{"p.T0": {Type: Type{Kind: Struct, Fields: []Field{{Name: "A", Type: Type{Kind: String}, Exported: true}}}}}
	for i := 1; i < n; i++ {
		types[name(i)] = Decl{Type: Type{Kind: Struct, Fields: []Field{
			{Name: "A", Type: Type{Kind: Slice, Elem: &Type{Kind: Struct, Name: name(i - 1)}}, Exported: true},
			{Name: "B", Type: Type{Kind: Map, Key: &Type{Kind: String}, Elem: &Type{Kind: Struct, Name: name(i - 1)}}, Exported: true},
		}}}
	}
	return types
}

func name(i int) string { return fmt.Sprintf("p.T%d", i) }

// Each declared type is looked through once, however many others hold it.
func TestFormsWork(t *testing.T) {
	tests := []struct {
		name  string
		first func(n, i int) int // the type that is the i-th to be asked for
	}{
		{"inner types first", func(n, i int) int { return i }},
		{"outer types first", func(n, i int) int { return n - 1 - i }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			visits := func(n int) int {
				types := chain(n)
				forms := NewForms(types)
				for i := range n {
					ty := &Type{Kind: Struct, Name: name(test.first(n, i))}
					for _, of := range []*Type{ty, {Kind: Slice, Elem: ty}, {Kind: Pointer, Elem: ty}} {
						if form, why := forms.Form(of); form != FormMessage {
							t.Fatalf("Form(%v) = %d, %q, want FormMessage", of, form, why)
						}
						if !forms.Plain(of) {
							t.Fatalf("Plain(%v) = false, want true", of)
						}
					}
				}
				return forms.visits
			}
			for _, n := range []int{100, 200, 400} {
				t.Run(fmt.Sprintf("%d types", n), func(t *testing.T) {
					if got, limit := visits(n), 20*n; got > limit {
						t.Errorf("%d types take %d visits, want at most %d", n, got, limit)
					}
				})
			}
		})
	}
}

// So is one that does not cross, or holds such a one.
func TestFormsWorkOfFailures(t *testing.T) {
	visits := func(n int) int {
		types := chain(n)
		types["p.T0"] = Decl{Type: Type{Kind: Struct, Fields: []Field{{Name: "C", Type: Type{Kind: Interface, Name: "context.Context"}, Exported: true}}}}
		forms := NewForms(types)
		for i := range n {
			ty := &Type{Kind: Struct, Name: name(n - 1 - i)}
			if form, why := forms.Form(ty); form != FormNone || len(why) > 3000 {
				t.Fatalf("Form(%v) = %d, with a reason of %d bytes, want FormNone and at most 3000", ty, form, len(why))
			}
			if forms.Plain(ty) {
				t.Fatalf("Plain(%v) = true, want false", ty)
			}
		}
		return forms.visits
	}
	for _, n := range []int{100, 200, 400} {
		t.Run(fmt.Sprintf("%d types", n), func(t *testing.T) {
			if got, limit := visits(n), 20*n; got > limit {
				t.Errorf("%d types take %d visits, want at most %d", n, got, limit)
			}
		})
	}
}

// A search that fails tells nothing of the types on its way.
func TestFormsAfterFailure(t *testing.T) {
	// A and B hold each other; B holds what cannot cross as well.
	bad := Type{Kind: Interface, Name: "context.Context"}
	types := Types{
		"p.A": {Type: Type{Kind: Struct, Fields: []Field{{Name: "B", Type: Type{Kind: Pointer, Elem: &Type{Kind: Struct, Name: "p.B"}}, Exported: true}}}},
		"p.B": {Type: Type{Kind: Struct, Fields: []Field{
			{Name: "A", Type: Type{Kind: Pointer, Elem: &Type{Kind: Struct, Name: "p.A"}}, Exported: true},
			{Name: "C", Type: bad, Exported: true},
		}}},
	}
	forms := NewForms(types)
	for _, name := range []string{"p.B", "p.A", "p.B"} {
		t.Run(name, func(t *testing.T) {
			ty := &Type{Kind: Struct, Name: name}
			got, why := forms.Form(ty)
			want, wantWhy := types.Form(ty)
			if got != want || why != wantWhy || got != FormNone {
				t.Errorf("Form(%s) = %d, %q, want %d, %q", name, got, why, want, wantWhy)
			}
			if forms.Plain(ty) {
				t.Errorf("Plain(%s) = true, want false", name)
			}
		})
	}
}
