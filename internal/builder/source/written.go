package source

import (
	"go/types"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// markWritten marks parameters whose elements or entries the function may write to: slices and
// maps unless its source shows that it only reads them, and structs, arrays, values of dynamic type
// and variadic parameters of these or of funcs if its source shows that it writes to them.
func (m *Model) markWritten(f *Function, w *writes, forms *manifest.Forms) {
	if f.Object == nil && m.Types.Under(&f.Params[0].Type).Kind != manifest.Func {
		return // what is sent to a channel stays with its receiver
	}
	for i := range f.Params {
		p := &f.Params[i]
		form, _ := forms.Form(&p.Type)
		if p.InOut || p.Borrow || form != manifest.FormBulk && (form != manifest.FormMessage || !m.Refers(&p.Type)) {
			continue
		}
		e := mayWrite
		if f.Object != nil {
			e = w.of(f.Object, i)
		}
		if form == manifest.FormBulk {
			p.Written = e&(mayWrite|doesWrite) != 0
			continue
		}
		u := m.Types.Under(&p.Type)
		dynamic := false // as in ...any and ...Option
		if f.Variadic && i == len(f.Params)-1 {
			kind := m.Types.Under(u.Elem).Kind
			dynamic = kind == manifest.Interface || kind == manifest.Func
		}
		switch {
		case e&doesWrite != 0:
			p.InOut = true
		case !dynamic && (u.Kind == manifest.Slice || u.Kind == manifest.Map):
			p.InOut = e&mayWrite != 0
		}
	}
}

// knownEffect is the effect of a function whose source is not known on parameter i, which is
// counted from the receiver on if there is one.
func knownEffect(fn *types.Func, i int) effect {
	sig, name := fn.Signature(), fn.Name()
	if recv := sig.Recv(); recv != nil {
		if i == 0 {
			return mayWrite // an interface may hold the slice or map
		}
		i--
	}
	if i < 0 || i >= sig.Params().Len() {
		return mayWrite
	}
	if sig.Recv() != nil && isBytes(sig.Params().At(0)) {
		switch name { // of io.Reader, io.Writer and hash.Hash
		case "Read", "ReadAt":
			return doesWrite
		case "Write", "WriteAt":
			if results := sig.Results(); results.Len() == 2 && isErrorType(results.At(1).Type()) {
				return 0
			}
		case "Sum":
			if results := sig.Results(); results.Len() == 1 && isBytes(results.At(0)) {
				return appends | returns
			}
		}
	}
	t := sig.Params().At(i).Type()
	if s, ok := t.(*types.Slice); ok && sig.Variadic() && i == sig.Params().Len()-1 {
		t = s.Elem()
	}
	return standardEffect(packagePath(fn), name, i, types.IsInterface(t))
}
