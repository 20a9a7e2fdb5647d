package object

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A library is a fake one: it takes operations, and runs methods of its one object.
type library struct {
	mu       sync.Mutex
	released map[wire.Ref]uint64
	canceled map[wire.Ref]bool
	killed   error
	fake.Backend
}

func (l *library) Kill(cause error) error { l.killed = cause; return nil }

func (l *library) Operate(op uint64, words []uint64, buffer []byte) (status, n uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Err != nil { // it has ended
		return wire.StatusGone, 0
	}
	switch op {
	case wire.OpRelease:
		f := &wire.Frame{Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 2}
		for _, r := range f.Releases() {
			l.released[r.Handle] += r.Count
		}
	case wire.OpCancel:
		l.canceled[wire.Ref(words[0])] = true
	case wire.OpTypeOf:
		return wire.StatusOK, uint64(copy(buffer, "*p.T"))
	case wire.OpTypes:
	default:
		return wire.StatusBadOp, 0
	}
	return wire.StatusOK, 0
}

var (
	intType = manifest.Type{Kind: manifest.Int}
	fnType  = manifest.Type{Kind: manifest.Func, Params: []manifest.Param{{Type: intType}}, Results: []manifest.Param{{Type: intType}}}
	named   = manifest.Type{Kind: manifest.Interface, Name: "p.Named"}
	list    = manifest.Type{Kind: manifest.Slice, Elem: &intType}
	outcome = []manifest.Param{{Type: manifest.Type{Kind: manifest.Uint8}}, {Type: manifest.Type{Kind: manifest.Interface, Name: "error"}}}
	both    = manifest.Type{Kind: manifest.Chan, Elem: &intType}
	channel = manifest.Type{Kind: manifest.Chan, Dir: "recv", Elem: &intType}
	object  = manifest.Type{Kind: manifest.Pointer, Elem: &manifest.Type{Kind: manifest.Struct, Name: "p.T"}}
)

// number is that of the library of the last test.
var number uint64 = 1 << 40

// newAttachment returns the objects of a plugin with a method of func(int) int, a method
// Add of *p.T, and callbacks: of func(int) int; Size and Delete of p.Named, which has Size alone.
func newAttachment(t testing.TB) (*Attachment, *library) { return newAttachmentAt(t, 0) }

// newAttachmentAt is newAttachment with a bit of the library's number.
func newAttachmentAt(t testing.TB, bit uint64) (*Attachment, *library) {
	t.Helper()
	number++
	l := &library{released: make(map[wire.Ref]uint64), canceled: make(map[wire.Ref]bool)}
	receiver := func(t manifest.Type) []manifest.Param { return []manifest.Param{{Type: t}, {Type: intType}} }
	m := &manifest.Manifest{
		Package: "p",
		Types: manifest.Types{
			"p.T":     {Type: manifest.Type{Kind: manifest.Struct}, Object: true},
			"p.Named": {Type: manifest.Type{Kind: manifest.Interface, Methods: []manifest.Method{{Name: "Size", Params: receiver(intType)[:1], Results: fnType.Results}}}, Object: true},
		},
		Methods: []manifest.Function{
			{Receiver: fnType.Text(), Params: receiver(fnType), Results: fnType.Results},
			{Receiver: "p.T", Name: "Add", Params: receiver(object), Results: fnType.Results},
			{Receiver: channel.Text(), Name: "recvMany", Params: append(receiver(channel)[:1], manifest.Param{Type: manifest.Type{Kind: manifest.Bool}}), Results: []manifest.Param{
				{Type: list}, outcome[0], outcome[1],
			}},
		},
		Callbacks: []manifest.Function{
			{Receiver: fnType.Text(), Params: receiver(fnType), Results: fnType.Results},
			{Receiver: "p.Named", Name: "Size", Params: receiver(named), Results: fnType.Results},
			{Receiver: "p.Named", Name: "Delete", Params: receiver(named), Results: fnType.Results},
			{Receiver: both.Text(), Name: "sendMany", Params: append(receiver(both)[:1], manifest.Param{Type: list}), Results: outcome},
			{Receiver: both.Text(), Name: "recvMany", Params: append(receiver(both)[:1], manifest.Param{Type: manifest.Type{Kind: manifest.Bool}}), Results: append([]manifest.Param{{Type: list}}, outcome...)},
			{Receiver: both.Text(), Name: "close", Params: receiver(both)[:1]},
		},
	}
	e, err := call.NewExports(m)
	if err != nil {
		t.Fatal(err)
	}
	e.SetBackend(l)
	o, err := New(number|bit, l, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	return o, l
}

// exported returns the reference of a value.
func exported[T any](t testing.TB, o *Attachment, m *manifest.Type, v T) wire.Ref {
	t.Helper()
	r, err := o.Reference(m, reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	ref, err := r.Export(unsafe.Pointer(&v))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func imported[T any](o *Attachment, m *manifest.Type, ref wire.Ref) (v T, err error) {
	r, err := o.Reference(m, reflect.TypeFor[T]())
	if err != nil {
		return v, err
	}
	return v, r.Import(ref, unsafe.Pointer(&v))
}

// escaped makes words escape to the heap: on a goroutine's stack they would move when it
// grows, and the address in a frame would not follow.
var escaped atomic.Pointer[uint64]

func onHeap(words []uint64) []uint64 {
	escaped.Store(&words[0])
	return words
}

// callBack calls back as a library does.
func callBack(o *Attachment, ref wire.Ref, n int) (result int, status uint64) {
	words := onHeap([]uint64{uint64(ref), uint64(n)})
	f := &wire.Frame{Session: o.session.number, Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 2}
	Handle(f)
	runtime.KeepAlive(words)
	return int(words[0]), f.Status
}

func TestExport(t *testing.T) {
	o, _ := newAttachment(t)
	double := func(n int) int { return 2 * n }
	ref := exported(t, o, &fnType, double)
	if again := exported(t, o, &fnType, double); again != ref {
		t.Errorf("one func: got handles %x and %x, want one", ref, again)
	}
	if n, status := callBack(o, ref|wire.Owner, 21); n != 42 || status != wire.StatusOK {
		t.Errorf("got %d, status %d, want 42, OK", n, status)
	}
	back, err := imported[func(int) int](o, &fnType, ref|wire.Owner)
	if err != nil || reflect.ValueOf(back).Pointer() != reflect.ValueOf(double).Pointer() {
		t.Errorf("it came back as another func, %v, want the same", err)
	}
	list := unsafe.Slice((*wire.Release)(unsafe.Pointer(&onHeap([]uint64{uint64(ref), 2})[0])), 1)
	words := onHeap([]uint64{uint64(uintptr(unsafe.Pointer(unsafe.SliceData(list)))), 1})
	f := &wire.Frame{Func: wire.OpRelease, Session: o.session.number, Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 2}
	Handle(f)
	runtime.KeepAlive(list)
	runtime.KeepAlive(words)
	if n := o.session.Exported(); n != 0 || f.Status != wire.StatusOK {
		t.Errorf("got %d exported, status %d, want none, OK", n, f.Status)
	}
	if _, status := callBack(o, ref, 1); status != wire.StatusGone {
		t.Errorf("after the release: got status %d, want %d", status, wire.StatusGone)
	}
}

// What nobody was ever given is an error, not a crash.
func TestMadeUp(t *testing.T) {
	o, _ := newAttachment(t)
	exported(t, o, &fnType, func(int) int { return 0 })
	for _, ref := range []wire.Ref{0, 2, 1 << 32, 5<<32 | 1, wire.Owner, wire.Owner - 1, ^wire.Ref(0)} {
		t.Run(fmt.Sprintf("%x", ref), func(t *testing.T) {
			if _, status := callBack(o, ref, 1); status != wire.StatusGone {
				t.Errorf("%x: got status %d, want %d", ref, status, wire.StatusGone)
			}
			if ref == 0 {
				return
			}
			if _, err := imported[func(int) int](o, &fnType, ref|wire.Owner); err == nil {
				t.Errorf("%x: got a func, want an error", ref)
			}
		})
	}
	// An object of another type than the callback is for.
	ref := exported[any](t, o, &fnType, new(int))
	if _, status := callBack(o, ref, 1); status != wire.StatusRefused {
		t.Errorf("another type: got status %d, want %d", status, wire.StatusRefused)
	}
	f := &wire.Frame{Session: 1 << 50}
	if Handle(f); f.Status != wire.StatusGone {
		t.Errorf("an unknown library: got status %d, want %d", f.Status, wire.StatusGone)
	}
	f = &wire.Frame{Session: o.session.number, Func: 77}
	if Handle(f); f.Status != wire.StatusBadOp {
		t.Errorf("an unknown function: got status %d, want %d", f.Status, wire.StatusBadOp)
	}
}

func TestRemote(t *testing.T) {
	o, l := newAttachment(t)
	l.Run = func(v *fake.Invocation) error {
		f := v.Frame()
		if ref := f.Ref(0); ref != 9|wire.Owner {
			t.Errorf("got the receiver %x, want the owner's reference to 9", ref)
		}
		f.SetInt(0, f.Int(1)+1)
		return nil
	}
	f, err := imported[func(int) int](o, &fnType, 9)
	if err != nil {
		t.Fatal(err)
	}
	if n := f(1); n != 2 {
		t.Errorf("the func: got %d, want 2", n)
	}
	if ref := exported(t, o, &fnType, f); ref != 9|wire.Owner {
		t.Errorf("the func that goes back: got %x, want the owner's reference to 9", ref)
	}
	v, err := imported[*Object](o, &object, 9)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := v.Call(context.Background(), "Add", 5); err != nil || out[0] != 6 {
		t.Errorf("Add(5) = %v, %v, want 6, nil", out, err)
	}
	if have := v.Type(); have != "*p.T" {
		t.Errorf("got type %s, want *p.T", have)
	}
	if err := errors.Join(v.Close(), v.Close()); err != nil {
		t.Error(err)
	}
	if _, err := v.Call(context.Background(), "Add", 5); !errors.Is(err, call.ErrReleased) {
		t.Errorf("after Close: got error %v, want ErrReleased", err)
	}
	if r, err := o.Reference(&object, api.Type); err != nil {
		t.Error(err)
	} else if _, err := r.Export(unsafe.Pointer(&v)); !errors.Is(err, call.ErrReleased) {
		t.Errorf("sent after Close: got error %v, want ErrReleased", err)
	}
	runtime.KeepAlive(f)
	f = nil
	for range 100 {
		runtime.GC()
		o.session.releases.Wait()
		l.mu.Lock()
		n := l.released[9]
		l.mu.Unlock()
		if n == 2 {
			return
		}
	}
	t.Errorf("got %v released, want others", l.released)
}

func TestContexts(t *testing.T) {
	o, l := newAttachment(t)
	if ref, deadline := o.ExportContext(context.Background()); ref != 0 || deadline != 0 {
		t.Errorf("Background: got %x, %d, want 0, 0", ref, deadline)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ref, _ := o.ExportContext(ctx)
	if back, err := o.ImportContext(ref|wire.Owner, 0); err != nil || back != ctx {
		t.Errorf("it came back as %v, %v, want the same context", back, err)
	}
	cancel()
	for done := false; !done; runtime.Gosched() {
		l.mu.Lock()
		done = l.canceled[ref]
		l.mu.Unlock()
	}
	// One of the plugin's, and one that ended before it came.
	for _, early := range []bool{false, true} {
		t.Run(fmt.Sprintf("early=%t", early), func(t *testing.T) {
			ref := wire.Ref(5)
			if early {
				ref = 6
				o.session.contexts.Cancelled(ref, handle.End{})
			}
			ctx, err := o.ImportContext(ref, 0)
			if err != nil || ctx.Err() != nil != early {
				t.Errorf("ended before it was sent: %t, got %v, %v, want an error exactly then", early, ctx.Err(), err)
			}
			if again, _ := o.ExportContext(ctx); again != ref|wire.Owner {
				t.Errorf("the context that goes back: got %x, want %x", again, ref|wire.Owner)
			}
			o.session.contexts.Cancelled(ref, handle.End{})
			<-ctx.Done()
		})
	}
	if _, err := o.ImportContext(77|wire.Owner, 0); err == nil {
		t.Error("a made-up context: got no error, want one")
	}
}

// Whoever waits for the end of a context need not refer to the context itself.
func TestContextOfNobody(t *testing.T) {
	o, l := newAttachment(t)
	ctx, err := o.ImportContext(5, 0)
	if err != nil {
		t.Fatal(err)
	}
	done := ctx.Done()
	ctx = nil
	for range 5 {
		runtime.GC()
		o.session.releases.Wait()
	}
	select {
	case <-done:
		t.Fatal("before it is cancelled: got its end, want none")
	default:
	}
	l.mu.Lock()
	if n := l.released[5]; n != 0 {
		t.Errorf("got %d releases, want none", n)
	}
	l.mu.Unlock()
	o.session.contexts.Cancelled(5, handle.End{})
	<-done
	for released := false; !released; {
		runtime.GC()
		l.mu.Lock()
		released = l.released[5] == 1
		l.mu.Unlock()
	}
}

// A host's panic crosses with its whole stack: what does not fit the buffer is fetched.
func TestPanic(t *testing.T) {
	o, _ := newAttachment(t)
	ref := exported(t, o, &fnType, func(n int) int { panic(fmt.Sprint("panic ", n)) })
	words := onHeap([]uint64{uint64(ref), 3, 8192: 0})
	buffer := unsafe.Slice((*byte)(unsafe.Pointer(&words[2])), 65000)
	f := &wire.Frame{
		Session: o.session.number, Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 2,
		Buf: uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), Cap: 300,
	}
	Handle(f)
	if f.Status != wire.StatusPanic || f.Held == 0 || f.Len <= f.Cap {
		t.Fatalf("got status %d, %d bytes held as %d, want status %d and more than %d bytes held", f.Status, f.Len, f.Held, wire.StatusPanic, f.Cap)
	}
	fetch := *f
	words[0], words[1] = f.Held, 0
	fetch.Func, fetch.NWords, fetch.Cap = wire.OpFetch, 1, uint64(len(buffer))
	Handle(&fetch)
	runtime.KeepAlive(words)
	failure, err := wire.DecodeFailure(buffer[:fetch.Len])
	if err != nil || fetch.Status != wire.StatusOK || failure.Type != "string" || failure.Message != "panic 3" || !strings.Contains(failure.Stack, "TestPanic") {
		t.Errorf("got status %d, %+v, %v, want the panic 3 with its stack", fetch.Status, failure, err)
	}
}

func TestClose(t *testing.T) {
	o, l := newAttachment(t)
	other, err := New(o.session.number, l, o.exports, nil)
	if err != nil || other.session != o.session {
		t.Fatalf("another plugin over the library: got error %v, want the same session", err)
	}
	ref := exported(t, o, &fnType, func(n int) int { return n })
	o.Close()
	if _, status := callBack(other, ref, 1); status != wire.StatusOK {
		t.Errorf("while another plugin is open: got status %d, want %d", status, wire.StatusOK)
	}
	other.Close()
	if _, status := callBack(other, ref, 1); status != wire.StatusGone || o.session.Exported() != 0 {
		t.Errorf("after Close: got status %d, %d exported, want %d, none", status, o.session.Exported(), wire.StatusGone)
	}
}

// A library that has been unloaded is never entered again: not to release what was held
// of it, and not for what proxies want to know.
func TestUnload(t *testing.T) {
	o, l := newAttachment(t)
	r := o.remote(9)
	o.session.release(9, 1)
	o.Unload()
	o.session.releases.Wait()
	l.mu.Lock()
	clear(l.released)
	l.mu.Unlock()

	o.session.release(8, 1)
	o.session.releases.Wait()
	if _, err := (&Object{attachment: o, remote: r}).typ(); !errors.Is(err, call.ErrClosed) {
		t.Errorf("the type of an object of an unloaded plugin: got error %v, want ErrClosed", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.released) > 0 {
		t.Errorf("after the library had gone: got %v released, want nothing", l.released)
	}
	if sessionOf(o.session.number) != nil {
		t.Error("after the library had gone: got a session, want none")
	}
}

// Callbacks from many goroutines while others come and go.
func TestConcurrent(t *testing.T) {
	o, _ := newAttachment(t)
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 300 {
				ref := exported(t, o, &fnType, func(n int) int { return n + g + i })
				if n, status := callBack(o, ref, 1); n != 1+g+i || status != wire.StatusOK {
					t.Errorf("got %d, status %d, want %d, OK", n, status, 1+g+i)
				}
				o.session.table.Release(ref, 1)
			}
		})
	}
	group.Wait()
	if n := o.session.Exported(); n != 0 {
		t.Errorf("got %d exported, want none", n)
	}
}
