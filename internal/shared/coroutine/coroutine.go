//go:build go1.22

// Package coroutine lets iter.Pull take values from an iterator of the other side.
//
// iter.Pull runs an iterator on a goroutine that is a coroutine. Its yield switches to the
// goroutine that asked for the value. If the other side calls yield, it runs in a callback,
// which ties the goroutine to its thread. The runtime does not switch such a goroutine, and
// ends the process (coroswitch_m in runtime/coro.go). So this package runs the iterator on
// another goroutine, which passes each value to the coroutine, and the coroutine calls
// yield.
//
// Its source is shared with plugins, like that of package wire.
package coroutine

import (
	"reflect"
	"runtime"
)

var errorType = reflect.TypeOf((*error)(nil)).Elem()

// IsIterator reports whether a func of type t may be an iterator: its last parameter is a
// func with the result bool, and it returns nothing or an error.
func IsIterator(t reflect.Type) bool {
	if t.NumIn() == 0 || t.IsVariadic() || t.NumOut() > 1 || t.NumOut() == 1 && t.Out(0) != errorType {
		return false
	}
	yield := t.In(t.NumIn() - 1)
	return yield.Kind() == reflect.Func && !yield.IsVariadic() && yield.NumOut() == 1 && yield.Out(0).Kind() == reflect.Bool
}

// Running reports whether the calling goroutine is a coroutine.
func Running() bool {
	var pcs [32]uintptr
	var last [2]uintptr // the outermost frames
	for skip := 0; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		switch {
		case n >= 2:
			last = [2]uintptr{pcs[n-2], pcs[n-1]}
		case n == 1:
			last = [2]uintptr{last[1], pcs[0]}
		}
		if n < len(pcs) {
			break
		}
	}
	for _, pc := range last {
		if f := runtime.FuncForPC(pc - 1); f != nil && f.Name() == "runtime.corostart" {
			return true
		}
	}
	return false
}

// A value holds the arguments of a call of yield on the other goroutine.
type value struct {
	args  []reflect.Value
	reply chan []reflect.Value
}

// Call calls the iterator on another goroutine, and its yield, the last of args, on this
// one. If either panics, Call panics with the same value, after the iterator has ended.
func Call(iterator reflect.Value, args []reflect.Value) (results []reflect.Value) {
	yield := args[len(args)-1]
	if yield.IsNil() {
		return iterator.Call(args)
	}
	values, stop, ended := make(chan value), make(chan struct{}), make(chan struct{})
	no := []reflect.Value{reflect.Zero(yield.Type().Out(0))}
	inner := append([]reflect.Value(nil), args...)
	inner[len(inner)-1] = reflect.MakeFunc(yield.Type(), func(args []reflect.Value) []reflect.Value {
		v := value{args, make(chan []reflect.Value, 1)}
		select {
		case values <- v:
		case <-stop:
			return no
		}
		select {
		case out := <-v.reply:
			return out
		case <-stop:
			return no
		}
	})
	var panicked any
	go func() {
		defer close(ended)
		defer func() { panicked = recover() }()
		results = iterator.Call(inner)
	}()
	over := false
	defer func() {
		if !over {
			close(stop)
			<-ended
		}
	}()
	for {
		select {
		case v := <-values:
			v.reply <- yield.Call(v.args)
		case <-ended:
			over = true
			if panicked != nil {
				panic(panicked)
			}
			return results
		}
	}
}
