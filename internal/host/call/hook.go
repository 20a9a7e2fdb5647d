package call

import (
	"context"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
)

// Functions that a plugin may have, and which the host calls by itself.

// undrained returns the target of calls that are made also when the backend is drained.
func (e *Exports) undrained() *target {
	return &target{backend: e.backend.Undrained(), scope: e.scope, maxDepth: e.maxDepth}
}

// Shutdown returns a func that calls the plugin's Shutdown, also when the backend is drained.
// It returns nil if the plugin has no function Shutdown of type func() or func() error.
func (e *Exports) Shutdown() func() error {
	s, err := e.Lookup("Shutdown")
	if err != nil || len(s.Params) > 0 || len(s.Results) > 1 || len(s.Results) == 1 && !s.Fails() {
		return nil
	}
	b, err := bind(e.undrained(), s, reflect.TypeFor[func() error]())
	if err != nil {
		return nil
	}
	return b.Make().Interface().(func() error)
}

// SelfTest calls the plugin's SelfTest, if it has one of the type func() error, perhaps with a
// context as its parameter.
func (e *Exports) SelfTest(ctx context.Context) error {
	s, err := e.Lookup("SelfTest")
	if err != nil || len(s.Params) > 1 || len(s.Params) == 1 && !s.takesContext() || len(s.Results) != 1 || !s.Fails() {
		return nil
	}
	_, err = e.functions[s.Name].Call(ctx, nil, nil)
	return err
}

// Init calls the plugin's function Init, if it has one, with args. If it takes a context first,
// it gets ctx.
func (e *Exports) Init(ctx context.Context, args []any) error {
	s, err := e.Lookup("Init")
	if err != nil {
		if len(args) > 0 {
			return fmt.Errorf("plugin %s: there are arguments for its Init: %w", e.manifest.Package, err)
		}
		return nil
	}
	want := len(s.Params)
	if s.takesContext() {
		want--
	}
	if want != len(args) && !s.Variadic {
		return s.Mismatch("the host calls it with %s besides a context; give them as ReloadPolicy.InitArgs", count(len(args), "argument"))
	}
	_, err = e.functions[s.Name].Call(ctx, nil, args)
	return err
}

// A State is a function by which a plugin's state leaves or enters it.
type State struct {
	t       *typemap.Type // of the state
	binding *Binding
}

// Snapshot returns the plugin's Snapshot, or nil if it has none of the type func() (T, error) or
// func() T. It can be called also when the backend is drained.
func (e *Exports) Snapshot() (*State, error) {
	s, err := e.Lookup("Snapshot")
	if err != nil || len(s.Params) > 0 || len(s.Results) == 0 || len(s.Results) > 2 || len(s.Results) == 2 && !s.Fails() || len(s.Results) == 1 && s.Fails() {
		return nil, nil
	}
	return e.state(s, &s.Results[0])
}

// Restore returns the plugin's Restore, or nil if it has none of the type func(T) error or
// func(T).
func (e *Exports) Restore() (*State, error) {
	s, err := e.Lookup("Restore")
	if err != nil || len(s.Params) != 1 || s.Variadic || len(s.Results) > 1 || len(s.Results) == 1 && !s.Fails() {
		return nil, nil
	}
	return e.state(s, &s.Params[0])
}

func (e *Exports) state(s *Signature, slot *Slot) (*State, error) {
	if !e.manifest.Types.Plain(slot.Type) {
		return nil, s.Mismatch("%s cannot be copied, so it cannot be handed over; use a type without funcs, channels, interfaces and unexported fields", slot.Type)
	}
	b, err := (&Function{target: e.undrained(), sig: s}).bind()
	if err != nil {
		return nil, err
	}
	if !b.error {
		b = b.failing()
	}
	t, err := e.scope.Type(slot.Type)
	if err != nil {
		return nil, err
	}
	return &State{t, b}, nil
}

// Take calls Snapshot.
func (s *State) Take() (reflect.Value, error) {
	out := s.binding.Reflect(nil)
	err, _ := out[len(out)-1].Interface().(error)
	return out[0], err
}

// Put calls Restore with the state of another version of the plugin. lost gets the place of
// each part that this version cannot take, and the reason.
func (s *State) Put(state reflect.Value, lost func(place string, err error)) error {
	state, err := s.t.Transfer(state, lost)
	if err != nil {
		return s.binding.sig.Mismatch("the state of the old generation does not fit: %v", err)
	}
	out := s.binding.Reflect([]reflect.Value{state})
	err, _ = out[len(out)-1].Interface().(error)
	return err
}
