package call

import (
	"fmt"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Signature knows how one function's arguments and results lie in a frame. It is
// made once per function and safe for concurrent use.
type Signature struct {
	Plugin   string
	Name     string
	Index    uint64 // the function's number in a frame
	Words    int    // how many words a frame needs
	Types    manifest.Types
	Params   []Slot
	Results  []Slot // with a last error, which is a slot as any other
	Updates  []Slot // the in-out parameters that are messages, where the plugin sends them back
	updated  []int  // their indexes in Params
	Variadic bool
	Dynamic  bool   // it can be called with values of dynamic type
	inOut    []int  // the indexes of all parameters that the plugin may write to
	receiver bool   // the receiver of a method is before Params
	method   string // a method's own name, "" for a func
	text     string // in Go's syntax, for errors
	value    bool   // a last error is an ordinary result, and not a failure
	variable bool   // it gets or sets a variable, which an any of the host may stand for
	channel  bool   // it is of a channel
	receives bool   // see manifest.Function.Receives
}

// A Slot is the place of a parameter or result in a frame.
type Slot struct {
	Name  string
	Type  *manifest.Type
	Form  manifest.Form
	At    int  // its first word
	InOut bool // of a callback's: the host's slice is the plugin's memory

	Written bool // of a call's: what the plugin writes to it goes to the host's value
	Filled  bool // it does so from the slice's beginning, and the first result says how far
}

// NewSignature returns the signature of function index of a plugin. The error says
// which type this host does not know.
func NewSignature(plugin string, index int, f *manifest.Function, types manifest.Types) (*Signature, error) {
	s := &Signature{
		Plugin: plugin, Name: f.Name, Index: uint64(index), Types: types,
		Variadic: f.Variadic, Dynamic: f.Dynamic, text: f.Signature(),
	}
	var err error
	if s.Params, err = s.slots(f.Params, 0); err != nil {
		return nil, err
	}
	if s.Results, err = s.slots(f.Results, 0); err != nil {
		return nil, err
	}
	s.setUpdates(f, f.Params)
	return s, nil
}

// setUpdates finds what f may write to: the in-out parameters, whose values follow the results, and
// what it fills. params are those of f without a receiver.
func (s *Signature) setUpdates(f *manifest.Function, params []manifest.Param) {
	if f.Fills() {
		s.Params[0].Filled = true
	}
	words := 0
	for _, r := range s.Results {
		words += r.Form.Words()
	}
	for i, p := range s.Params {
		if p.Written {
			s.inOut = append(s.inOut, i)
		}
		if params[i].InOut && p.Form == manifest.FormMessage {
			p.At = words
			words += p.Form.Words()
			s.Updates, s.updated = append(s.Updates, p), append(s.updated, i)
		}
	}
	s.Words = max(s.Words, words)
}

// NewMethodSignature is NewSignature for one of the manifest's Methods.
func NewMethodSignature(plugin string, index int, f *manifest.Function, types manifest.Types) (*Signature, error) {
	s, err := NewCallbackSignature(plugin, index, f, types)
	if err != nil {
		return nil, err
	}
	s.Dynamic, s.receiver = f.Dynamic, true
	return s, nil
}

// NewCallbackSignature is NewSignature for one of the manifest's Callbacks.
func NewCallbackSignature(plugin string, index int, f *manifest.Function, types manifest.Types) (*Signature, error) {
	method := *f
	method.Params = f.Params[1:]
	s := &Signature{
		Plugin: plugin, Name: f.Name, Index: uint64(index), Types: types,
		Variadic: f.Variadic, method: f.Name, receives: f.Receives(),
	}
	receiver := f.Receiver
	s.channel = strings.HasPrefix(receiver, "chan") || strings.HasPrefix(receiver, "<-chan")
	if i := strings.IndexAny(receiver, "[("); i < 0 {
		receiver = receiver[strings.LastIndexByte(receiver, '/')+1:]
	}
	s.text = receiver
	if f.Name != "" {
		s.text = receiver + "." + method.Signature()
	} else {
		s.Name = receiver
	}
	var err error
	if s.Params, err = s.slots(method.Params, 1); err != nil {
		return nil, err
	}
	if s.Results, err = s.slots(f.Results, 0); err != nil {
		return nil, err
	}
	s.setUpdates(f, method.Params)
	return s, nil
}

func (s *Signature) slots(list []manifest.Param, words int) ([]Slot, error) {
	slots := make([]Slot, len(list))
	for i := range list {
		t := &list[i].Type
		form, reason := s.Types.Form(t)
		if form == manifest.FormNone {
			return nil, fmt.Errorf("plugin %s: %s: %s %s; build the plugin with this version", s.Plugin, s.text, list[i].Name, reason)
		}
		slots[i] = Slot{Name: list[i].Name, Type: t, Form: form, At: words, InOut: list[i].InOut || list[i].Borrow, Written: list[i].InOut || list[i].Written}
		words += form.Words()
	}
	s.Words = max(s.Words, words)
	return slots, nil
}

// Fails reports whether the last result is an error that the function may fail with.
func (s *Signature) Fails() bool {
	n := len(s.Results)
	return n > 0 && !s.value && s.Results[n-1].Type.IsError()
}

// accepts returns an error unless the function can be called with n arguments.
func (s *Signature) accepts(n int) error {
	want := len(s.Params)
	switch {
	case !s.Variadic && n != want:
		return s.Mismatch("takes %s, got %d", count(want, "argument"), n)
	case s.Variadic && n < want-1:
		return s.Mismatch("takes at least %s, got %d", count(want-1, "argument"), n)
	}
	return nil
}

// lacks reports whether the frame of a call that has ended does not contain result i.
func (s *Signature) lacks(i int, f *wire.Frame) bool {
	return s.receives && i == 0 && stream.Outcome(*f.Word(s.Results[1].At)) != stream.Done
}

// Method returns the name of a method, "" for a func.
func (s *Signature) Method() string { return s.method }

// String is the function in Go's syntax.
func (s *Signature) String() string { return s.text }

// failure turns the status of a call that did not succeed into an error. data is
// what the call left in its buffer.
func (s *Signature) failure(status uint64, data []byte, scope *typemap.Scope) error {
	if status == wire.StatusGone {
		return s.wrap(ErrReleased)
	}
	v, err := wire.DecodeFailure(data)
	switch {
	case err != nil:
	case status == wire.StatusPanic:
		e := &PanicError{Plugin: s.Plugin, Function: s.Name, Type: v.Type, Value: v.Message, Stack: v.Stack, scope: scope, number: v.Number}
		if v.Value != "" && codec.UnmarshalError([]byte(v.Value), scope, &e.Cause) != nil {
			e.Cause = nil
		}
		return api.Panic(e)
	case status == wire.StatusRefused:
		return s.Mismatch("%s", v.Message)
	}
	return s.Damaged()
}

// wrap adds the plugin and the function to an error.
func (s *Signature) wrap(err error) error {
	return fmt.Errorf("plugin %s: %s: %w", s.Plugin, s.Name, err)
}

// notReturned returns the error for an invocation whose results could not be fetched.
func (s *Signature) notReturned(err error) error {
	if err == wire.ErrDamaged {
		return s.Damaged()
	}
	return s.wrap(err)
}

// Damaged reports results that break the contract with the bridge.
func (s *Signature) Damaged() error {
	return fmt.Errorf("plugin %s: %s: %w; build the plugin again", s.Plugin, s.Name, wire.ErrDamaged)
}

// Mismatch returns a *SignatureError.
func (s *Signature) Mismatch(format string, args ...any) error {
	e := &SignatureError{Plugin: s.Plugin, Function: s.text, Detail: fmt.Sprintf(format, args...)}
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			e.Err = err
		}
	}
	return api.Signature(e)
}

// label names a parameter or result in an error: its number, and its name if it
// has one.
func label(what string, i int, slots []Slot) string {
	if i < len(slots) && slots[i].Name != "" && slots[i].Name != "_" {
		return fmt.Sprintf("%s %d (%s)", what, i+1, slots[i].Name)
	}
	return fmt.Sprintf("%s %d", what, i+1)
}
