package call

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

// A Signature knows how one function's arguments and results lie in a frame. It is
// made once per function and safe for concurrent use.
type Signature struct {
	Plugin  string
	Name    string
	Index   uint64 // the function's number in a frame
	Words   int    // how many words a frame needs
	params  []manifest.Param
	results []manifest.Param
	text    string // in Go's syntax, for errors
}

// NewSignature returns the signature of function index of a plugin. The error says
// which type this host does not know.
func NewSignature(plugin string, index int, f *manifest.Function) (*Signature, error) {
	s := &Signature{Plugin: plugin, Name: f.Name, Index: uint64(index), params: f.Params, results: f.Results, text: f.Signature()}
	for n, list := range [][]manifest.Param{f.Params, f.Results} {
		words := 0
		for i := range list {
			t := &list[i].Type
			if !t.Crosses() && !(t.IsError() && n == 1 && i == len(list)-1) {
				return nil, fmt.Errorf("plugin %s: %s: type %s is unknown to this host; build the plugin with this version", plugin, s.text, t)
			}
			words += t.Words()
		}
		s.Words = max(s.Words, words)
	}
	return s, nil
}

// Put converts the arguments and puts them into the frame's words. The frame then
// holds addresses of their bytes: call runtime.KeepAlive on args after the call.
func (s *Signature) Put(f *wire.Frame, args []any) error {
	if len(args) != len(s.params) {
		return s.mismatch("takes %d arguments, got %d", len(s.params), len(args))
	}
	at := 0
	for i, arg := range args {
		t := &s.params[i].Type
		var err error
		switch {
		case t.Kind.IsScalar():
			*f.Word(at), err = Scalar(arg, t.Kind)
		case t.Kind == manifest.String:
			var v string
			v, err = text(arg)
			f.SetArgument(at, unsafe.Pointer(unsafe.StringData(v)), len(v))
		default:
			var v []byte
			if v, err = octets(arg); v == nil {
				f.SetNil(at)
			} else {
				f.SetArgument(at, unsafe.Pointer(unsafe.SliceData(v)), len(v))
			}
		}
		if err != nil {
			return s.mismatch("argument %s: %v", s.label(i), err)
		}
		at += t.Words()
	}
	runtime.KeepAlive(args)
	return nil
}

// Take returns copies of the results that a call left in the frame's words and in
// data, the bytes of its buffer. A last result of type error comes as err, an
// *ErrorResult, instead.
func (s *Signature) Take(f *wire.Frame, data []byte) (results []any, err error) {
	if len(s.results) == 0 {
		return nil, nil
	}
	results = make([]any, 0, len(s.results))
	at := 0
	for i := range s.results {
		t := &s.results[i].Type
		if t.Kind.IsScalar() {
			results = append(results, Value(*f.Word(at), t.Kind))
			at++
			continue
		}
		b, null, ok := piece(f, at, data)
		if !ok {
			return nil, errDamaged(s.Plugin, s.Name)
		}
		at += 2
		switch {
		case t.IsError() && !null:
			v, damaged := wire.DecodeFailure(b)
			if damaged != nil {
				return nil, errDamaged(s.Plugin, s.Name)
			}
			err = &ErrorResult{Type: v.Type, Message: v.Message}
		case t.IsError():
		case t.Kind == manifest.String:
			results = append(results, string(b))
		case null:
			results = append(results, []byte(nil))
		default:
			results = append(results, append(make([]byte, 0, len(b)), b...))
		}
	}
	if len(results) == 0 {
		results = nil
	}
	return results, err
}

// piece returns the part of data that the words at and at+1 name.
func piece(f *wire.Frame, at int, data []byte) (b []byte, null, ok bool) {
	offset, n := f.Uint64(at), f.Uint64(at+1)
	if offset == wire.Nil {
		return nil, true, true
	}
	if size := uint64(len(data)); offset > size || n > size-offset {
		return nil, false, false
	}
	return data[offset : offset+n], false, true
}

// Failure turns the status of a call that did not succeed into an error. data is
// what the call left in its buffer.
func (s *Signature) Failure(status uint64, data []byte) error {
	v, err := wire.DecodeFailure(data)
	if err != nil || status != wire.StatusPanic {
		return errDamaged(s.Plugin, s.Name)
	}
	return &PanicError{Plugin: s.Plugin, Function: s.Name, Type: v.Type, Value: v.Message, Stack: v.Stack}
}

func (s *Signature) mismatch(format string, args ...any) error {
	return &SignatureError{Plugin: s.Plugin, Function: s.text, Detail: fmt.Sprintf(format, args...)}
}

// label names a parameter in an error: its number, and its name if it has one.
func (s *Signature) label(i int) string {
	if name := s.params[i].Name; name != "" && name != "_" {
		return fmt.Sprintf("%d (%s)", i+1, name)
	}
	return fmt.Sprint(i + 1)
}
