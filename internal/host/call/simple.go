package call

import (
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A call is simple if nothing crosses but a word for each argument and one for the result. The
// backend makes such a call in one step if it can: see backend.Simple. Otherwise the call takes the
// usual steps.

// isSimple reports whether calls by this binding are simple.
func (b *Binding) isSimple() bool {
	if len(b.params) > backend.SimpleWords || len(b.results) > 1 || b.failure != nil || len(b.sig.Updates) > 0 {
		return false
	}
	for i := range b.params {
		if !b.params[i].isSimple(i) {
			return false
		}
	}
	return len(b.results) == 0 || b.results[0].isSimple(0)
}

// isSimple reports whether the value takes word i as a whole, and no other.
func (v *value) isSimple(i int) bool {
	return v.Form == manifest.FormWord && v.At == i && (v.size == 8 || v.size == 1) && v.letter() != '?'
}

// word returns the word of an argument of a simple call. The compiler inlines it.
func word[T any](p *T) uint64 {
	if unsafe.Sizeof(*p) == 1 {
		return uint64(*(*uint8)(unsafe.Pointer(p)))
	}
	return *(*uint64)(unsafe.Pointer(p))
}

// setSimple sets the result of a simple call, which is in w unless the call is unfinished. The
// compiler inlines it.
func setSimple[R any](b *Binding, r *R, w uint64, unfinished backend.Unfinished) error {
	if unfinished != nil {
		return finishSimple(b, r, unfinished)
	}
	switch unsafe.Sizeof(*r) {
	case 0:
	case 1:
		*(*bool)(unsafe.Pointer(r)) = w != 0
	default:
		*(*uint64)(unsafe.Pointer(r)) = w
	}
	return nil
}

// finishSimple returns the result of a simple call, or its error.
func finishSimple[R any](b *Binding, r *R, v backend.Unfinished) error {
	f := v.Frame()
	c := Call{Frame: f, Signature: b.sig, words: unsafe.Pointer(f.Word(0)), invocation: v, scope: b.target.scope, target: b.target}
	return finish(&c, b, r)
}
