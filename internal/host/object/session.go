// Package object keeps the objects that host and plugin use of each other: it exports
// values of the host, makes proxies for the plugin's, and handles callbacks.
package object

import (
	"hash/maphash"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/environ"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// An Operator carries out operations on a library that is loaded, also when all of its
// plugins are closed.
type Operator interface {
	// Operate enters the library with a frame of the operation. words and buffer must be on the
	// heap. It returns the status and how many bytes the buffer holds.
	Operate(op uint64, words []uint64, buffer []byte) (status, n uint64)
	// Gone is that of backend.Backend.
	Gone() error
}

// A Session is what the host knows of the objects of one library, however many plugins
// were opened over it: handles are the library's. It is safe for concurrent use.
type Session struct {
	number     uint64
	guarded    bool // the library is in another process: see grant and bounds
	bounds     bounds
	seed       maphash.Seed // hides addresses from such a library
	gate       gate
	table      handle.Table // what is exported to the library
	releases   handle.Releases
	held       handle.Results
	contexts   contexts
	proxies    proxies
	owner      stream.Owner
	forwarders stream.Forwarders
	side       handle.Side // the above, for operations

	hostTypes codec.HostNumbers // types of the host that were described

	environment environ.Mirror // what the library knows of the host's environment

	mu   sync.Mutex // guards changes of open
	open atomic.Pointer[[]*Attachment]
}

// A callback is one of the manifest's Callbacks, with its handlers for the host's types that
// were exported so far.
type callback struct {
	sig    *call.Signature
	last   atomic.Pointer[handler]
	others sync.Map // reflect.Type → *handler
}

type handler struct {
	t reflect.Type
	*call.Callback
	err error
}

// sessions are those of all libraries by their number, see wire.Frame.Session. The map is
// replaced and never changed, because each callback looks its session up.
var sessions struct {
	sync.Mutex // held to replace it
	known      atomic.Pointer[map[uint64]*Session]
}

// sessionOf returns the session of that number, or nil.
func sessionOf(number uint64) *Session {
	if known := sessions.known.Load(); known != nil {
		return (*known)[number]
	}
	return nil
}

// register returns the session of that number, and makes it if there is none.
func register(number uint64, operator Operator) *Session {
	sessions.Lock()
	defer sessions.Unlock()
	if known := sessionOf(number); known != nil {
		return known
	}
	p := &Session{number: number, guarded: number&wire.Foreign != 0, bounds: defaultBounds, seed: maphash.MakeSeed(), gate: gate{operator: operator}}
	if p.guarded {
		p.environment.Apart = true
		p.owner.MaxQueue = maxQueue
		p.owner.Transitions = stream.NewTransitions()
		p.forwarders.Transitions = p.owner.Transitions
	}
	p.side = handle.Side{Exported: &p.table, Held: &p.held, Contexts: &p.contexts.Contexts, Owner: &p.owner, Forwarders: &p.forwarders, Cause: p.cause}
	p.releases.Send = p.sendReleases
	p.contexts.session = p
	p.contexts.Cancel = p.cancel
	p.contexts.Expired = func(ref wire.Ref) { p.gate.Operate(wire.OpExpired, []uint64{uint64(ref)}, nil) }
	p.contexts.Base = p.base
	p.owner.Wake = func(ref wire.Ref) { p.gate.Operate(wire.OpWake, []uint64{uint64(ref)}, nil) }
	next := map[uint64]*Session{number: p}
	if known := sessions.known.Load(); known != nil {
		maps.Copy(next, *known)
	}
	sessions.known.Store(&next)
	return p
}

// unregister removes p.
func unregister(p *Session) {
	sessions.Lock()
	defer sessions.Unlock()
	next := maps.Clone(*sessions.known.Load())
	delete(next, p.number)
	sessions.known.Store(&next)
}

// attach returns the session of that number and adds o to its plugins.
func attach(number uint64, operator Operator, m *manifest.Manifest, o *Attachment) (*Session, error) {
	o.callbacks = make([]callback, len(m.Callbacks))
	for i := range m.Callbacks {
		s, err := call.NewCallbackSignature(m.Package, i, &m.Callbacks[i], m.Types)
		if err != nil {
			return nil, err
		}
		o.callbacks[i].sig = s
	}
	p := register(number, operator)
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*Attachment
	if old := p.open.Load(); old != nil {
		list = slices.Clone(*old)
	}
	list = append(list, o)
	p.open.Store(&list)
	return p, nil
}

// detach removes o. With the last one, it releases everything that was exported to the
// library.
func (p *Session) detach(o *Attachment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(*p.open.Load()), func(other *Attachment) bool { return other == o })
	p.open.Store(&list)
	if len(list) == 0 {
		p.table.Clear()
		p.owner.Clear()
		p.contexts.Clear()
		p.held.Clear()
	}
}

// unload disconnects the library. It is called once, after the last detach.
func (p *Session) unload() {
	p.gate.shut()
	unregister(p)
}

// first returns the plugin to which callbacks belong, nil if all are closed.
func (p *Session) first() *Attachment {
	if list := p.open.Load(); list != nil && len(*list) > 0 {
		return (*list)[0]
	}
	return nil
}

// own returns the value of the host that the plugin has passed back.
func (p *Session) own(ref wire.Ref) (any, error) {
	v, err := p.table.Get(ref)
	if _, internal := v.(*call.Returned); internal {
		return nil, handle.ErrUnknown
	}
	return v, err
}

// operand returns the object that the frame of an operation names, and the plugin to which
// callbacks belong. If one of them is gone, the plugin is nil and the frame's status is set.
func (p *Session) operand(f *wire.Frame) (v any, o *Attachment) {
	f.Len, f.Held = 0, 0
	v, err := p.table.Get(f.Ref(0))
	if o = p.first(); err != nil || o == nil {
		f.Status = wire.StatusGone
		return nil, nil
	}
	return v, o
}

// Handle handles a callback of any library: see native.SetHandler.
func Handle(f *wire.Frame) {
	p := sessionOf(f.Session)
	if p == nil {
		f.Status, f.Len, f.Held = wire.StatusGone, 0, 0
		return
	}
	if p.guarded {
		defer refuseDamaged(f)
	}
	p.handle(f)
}

// refuseDamaged ends a callback whose words do not fit each other. It is deferred.
func refuseDamaged(f *wire.Frame) {
	switch v := recover().(type) {
	case nil:
	case *wire.DecodeError:
		call.Refuse(f, v)
	default:
		panic(v)
	}
}

func (p *Session) handle(f *wire.Frame) {
	o := p.first()
	switch {
	case o != nil && f.Func < uint64(len(o.callbacks)) && f.NWords > 0:
		o.handleCallback(f)
		p.tell()
	case o == nil && f.Func < wire.OpPing:
		f.Status, f.Len, f.Held = wire.StatusGone, 0, 0
	case f.Func == wire.OpInvoke && f.NWords > 0:
		p.invoke(f)
		p.tell()
	case f.Func == wire.OpMethod && f.NWords >= 5:
		p.callHostMethod(f)
		p.tell()
	case f.Func == wire.OpWritten && f.NWords >= 3:
		p.written(f)
	case f.Func == wire.OpReturned && f.NWords >= 5:
		p.returned(f)
	case f.Func == wire.OpEncode && f.NWords >= 4:
		p.encode(f)
	case f.Func == wire.OpEnviron && f.NWords >= 3:
		p.environment.Apply(f.Message(1))
		f.Status, f.Len, f.Held = wire.StatusOK, 0, 0
	default:
		f.Len, f.Held = 0, 0
		f.Status = p.operate(f)
	}
}

func (o *Attachment) handleCallback(f *wire.Frame) {
	v, err := o.session.table.Get(f.Ref(0))
	if err != nil {
		f.Status, f.Len, f.Held = wire.StatusGone, 0, 0
		return
	}
	c, t := &o.callbacks[f.Func], reflect.TypeOf(v)
	if err := o.session.granted(f.Ref(0)).checkCallback(c.sig, t); err != nil {
		call.Refuse(f, err)
		return
	}
	h := c.last.Load()
	if h == nil || h.t != t {
		h = c.handler(o, t)
	}
	if h.err != nil {
		call.Refuse(f, h.err)
		return
	}
	if t.Kind() == reflect.Chan {
		v = exportedChan{f.Ref(0).Handle(), v}
	}
	h.Handle(f, v, o.session)
}

// handler returns the callback's handler for objects of type t.
func (c *callback) handler(o *Attachment, t reflect.Type) *handler {
	if h, ok := c.others.Load(t); ok {
		c.last.Store(h.(*handler))
		return h.(*handler)
	}
	h := &handler{t: t}
	switch {
	case t.Kind() == reflect.Chan:
		h.Callback, h.err = chanHandler(o, c.sig, t)
	case t == api.Type:
		h.Callback, h.err = foreignHandler(o, c.sig)
	default:
		h.Callback, h.err = call.BindCallback(c.sig, o.scope, t)
	}
	if h.err == nil {
		c.others.Store(t, h)
		c.last.Store(h)
	}
	return h
}

// operate carries out an operation that is no callback.
func (p *Session) operate(f *wire.Frame) uint64 {
	if f.Func == wire.OpLog && f.NWords >= 2 {
		return p.log(f.Message(0))
	}
	if f.Func == wire.OpBase && f.NWords >= 1 && p.guarded && !p.granted(f.Ref(0)).context {
		return wire.StatusBadOp
	}
	status, _ := p.side.Operate(f)
	return status
}

// Keep implements call.Holder.
func (p *Session) Keep(r *call.Returned, address uint64) (ref wire.Ref, id uint64, err error) {
	if err := p.checkObjects(); err != nil {
		return 0, 0, err
	}
	if p.guarded {
		address = maphash.Comparable(p.seed, address)
	}
	return p.table.ExportNew(r), address, nil
}

// Exported is the number of objects that are exported to the library.
func (p *Session) Exported() int { return p.table.Len() }

// sendReleases releases references to the library's objects.
func (p *Session) sendReleases(list []wire.Release) {
	words := []uint64{uint64(uintptr(unsafe.Pointer(unsafe.SliceData(list)))), uint64(len(list))}
	p.gate.Operate(wire.OpRelease, words, nil)
	runtime.KeepAlive(list)
}

// release queues n references to an object of the library's.
func (p *Session) release(ref wire.Ref, n uint64) { p.releases.Add(ref, n) }

// releaseLater queues the references of an object that was collected, after one more
// collection. An object that has just gone back as a result has arrived by then.
func (p *Session) releaseLater(ref wire.Ref, n uint64) {
	runtime.AddCleanup(new([32]byte), func(ref wire.Ref) { p.release(ref, n) }, ref)
}
