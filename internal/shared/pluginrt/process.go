//go:build go1.22 && (unix || windows)

package pluginrt

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A library of the pure bridge that is started as a program, and a program that is made for that,
// serve the host that has started them, by memory that both share, which they inherit.

// A process is this process, in which the plugin runs alone.
type process struct {
	memory  unsafe.Pointer
	commits exchange.Commits
	header  *exchange.Header
	wakes   *exchange.Wakes // nil: both sides wake each other by the memory
	bells   *exchange.Side  // of the header
	arena   *exchange.Arena
	host    atomic.Pointer[map[uintptr]*line] // those of calls, by the g of their goroutines

	mu    sync.Mutex
	free  []*line    // of callbacks that belong to no call
	freed *sync.Cond // signalled when there is one more
}

// A line is a lane of the memory as this side sees it.
type line struct {
	lane  *exchange.Lane
	side  *exchange.Side
	room  exchange.Room // of a callback
	own   bool
	index int
}

// ServeVariable is the variable of the environment by which a host says that it has started the
// process.
const ServeVariable = "WINPLUGIN_SERVE"

// ServePipes is its value for a program: see package lifeline.
const ServePipes = "pipes"

// ServeProgram is the main function of a program: see kind Program of package manifest. It serves the host, and does
// not return. wakes is nil if no host has started it. The linker keeps the manifest because of its use
// here: hosts read it in the file.
func ServeProgram(l *Library, entries *Entries, wakes *exchange.Wakes, manifest string) {
	programManifest = manifest
	Start(l, entries)
	if wakes == nil {
		serveOther()
	}
	serveProcess(ServePipes, wakes)
}

var programManifest string

const noProgram = "this is a plugin, and no program: open it with a host that uses go-winplugin, or set " + ReattachVariable + " to a folder for WithReattach"

// serveLibrary serves the host that has started this library as a program, and does not return.
func serveLibrary() {
	told := os.Getenv(ServeVariable)
	if told == "" {
		serveOther()
	}
	_ = os.Unsetenv(ServeVariable)
	serveProcess(told, nil)
}

// serveOther serves a host that has not started this process, if that was asked for, and does not return.
func serveOther() {
	dir := os.Getenv(ReattachVariable)
	if dir == "" {
		endProcess(noProgram)
	}
	_ = os.Unsetenv(ReattachVariable)
	serveReattached(dir)
}

// serveProcess serves the host that has started this process, and does not return. told is what the
// host has said of the memory.
func serveProcess(told string, wakes *exchange.Wakes) {
	memory, err := mapMemory(told)
	if err != nil {
		endProcess("the memory that the host shares cannot be mapped: %v", err)
	}
	serveMemory(memory, wakes)
}

// serveMemory serves the host with which this process shares memory, and does not return.
func serveMemory(memory uintptr, wakes *exchange.Wakes) {
	p := &process{memory: *(*unsafe.Pointer)(unsafe.Pointer(&memory)), wakes: wakes}
	p.commit(0, exchange.LaneSize)
	p.header, p.freed = (*exchange.Header)(p.memory), sync.NewCond(&p.mu)
	if v := p.header.Version; v != exchange.Version {
		endProcess("the host shares memory of version %d, and this plugin knows version %d: build it again", v, exchange.Version)
	}
	p.arena = exchange.NewArena(exchange.OwnArena, exchange.ArenaSize, p.discard)
	p.host.Store(new(map[uintptr]*line))
	for i := exchange.OwnLanes - 1; i >= 0; i-- {
		p.free = append(p.free, &line{own: true, index: i})
	}
	if wakes != nil {
		p.bells = wakes.Header()
	} else {
		p.bells = exchange.NewSide(exchange.Plugin, &p.header.Events)
	}
	limits.all.Store(&wire.CallbackCount{Process: new(wire.ProcessCallbacks)})
	limits.all.Load().Process.Limit.Store(exchange.MaxCallbacks)
	enter = p.enter
	host.entry.Store(1)
	p.header.Base = uint64(memory)
	p.header.Up.Ring(p.bells)
	for n := uint32(0); ; {
		more := p.header.Lanes.Await(n, p.bells, never)
		for ; n < min(more, exchange.CallLanes); n++ {
			l := &line{index: int(n)}
			p.open(l)
			go p.serve(l)
		}
	}
}

// endProcess ends a process that cannot serve.
func endProcess(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(2)
}

// open makes the lane of a line memory that can be used.
func (p *process) open(l *line) {
	p.commit(exchange.LaneOffset(l.own, l.index), exchange.LaneSize)
	l.lane = exchange.LaneAt(p.memory, l.own, l.index)
	if p.wakes != nil {
		l.side = p.wakes.Lane(l.own, l.index)
	} else {
		l.side = exchange.NewSide(exchange.Plugin, &l.lane.Events)
	}
	l.room = exchange.NewRoom(p.arena, func(offset, n uint64) error { return p.commits.Commit(p.memory, offset, n) })
}

// commit makes n bytes at an offset memory that can be used.
func (p *process) commit(offset, n uint64) {
	if err := p.commits.Commit(p.memory, offset, n); err != nil {
		endProcess("fatal error: out of memory: %v", err)
	}
}

// discard tells the system that n bytes at an offset are not used.
func (p *process) discard(offset, n uint64) { p.commits.Discard(p.memory, offset, n) }

func never() bool { return false }

// serve handles the calls on a lane of the host's.
func (p *process) serve(l *line) {
	if getg != nil {
		p.register(getg(), l)
	}
	f := new(wire.Frame)
	for was := exchange.Idle; ; was = exchange.Return {
		if l.lane.Turn.Await(was, l.side, never) != exchange.Call {
			runtime.Gosched()
			continue
		}
		s := &l.lane.Call
		if s.Reach > exchange.HostArena {
			p.commit(exchange.HostArena, s.Reach-exchange.HostArena)
		}
		*f = wire.Frame{Func: s.Func, NWords: s.NWords, Cap: s.Cap, Words: uintptr(s.Words), Buf: uintptr(s.Buf)}
		call(unsafe.Pointer(f))
		s.Status, s.Len, s.Held = f.Status, f.Len, f.Held
		l.lane.Turn.Set(exchange.Return, l.side)
	}
}

func (p *process) register(g uintptr, l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := map[uintptr]*line{g: l}
	for g, l := range *p.host.Load() {
		next[g] = l
	}
	p.host.Store(&next)
}

// take returns the line of the call that this goroutine handles, or one of the plugin's own. It
// waits for one: operations must not get lost.
func (p *process) take() *line {
	if getg != nil {
		if l := (*p.host.Load())[getg()]; l != nil {
			return l
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.free) == 0 {
		p.freed.Wait()
	}
	last := len(p.free) - 1
	l := p.free[last]
	p.free = p.free[:last]
	if l.lane == nil {
		p.open(l)
	}
	return l
}

func (p *process) put(l *line) {
	if l.own {
		p.mu.Lock()
		p.free = append(p.free, l)
		p.mu.Unlock()
		p.freed.Signal()
	}
}

// enter is the var enter of a plugin in a process of its own.
func (p *process) enter(_ uintptr, c *HostCall) {
	l := p.take()
	defer p.put(l)
	words, data := exchange.BackPlaces(l.own, l.index)
	f, s, room := &c.frame, &l.lane.Back, &l.room
	room.Begin(data)
	defer room.Free()
	if f.NWords > exchange.LaneWords {
		words = room.Piece(f.NWords * 8)
	}
	spans := make([]exchange.Span, 0, 8)
	for _, a := range c.spans {
		spans = append(spans, exchange.Span{At: uint64(a.at), Offset: room.Place(uint64(a.size)), Size: uint64(a.size), Filled: uint64(a.filled)})
	}
	buffer := room.Place(f.Cap)
	if len(spans) > exchange.MaxSpans {
		f.Fail(wire.StatusRefused, wire.Failure{Message: fmt.Sprintf("it has more than %d arguments that are bytes", exchange.MaxSpans)})
		return
	}
	if room.Err != nil {
		f.Fail(wire.StatusRefused, wire.Failure{Message: exchange.ErrFull.Error()})
		return
	}
	s.Func, s.Words, s.NWords, s.Status, s.Len, s.Held = f.Func, words, f.NWords, 0, 0, 0
	shared := unsafe.Slice((*uint64)(exchange.At(p.memory, words)), f.NWords)
	copy(shared, c.words[:f.NWords])
	for i, to := range spans {
		if to.Filled == 0 {
			copy(p.bytes(to.Offset, to.Size), c.bytesOf(c.spans[i]))
		}
	}
	s.NSpans = uint64(copy(s.Spans[:], spans))
	s.Buf, s.Cap = buffer, f.Cap
	l.lane.Turn.Set(exchange.Callback, l.side)
	if l.own {
		p.ring(l.index)
	}
	for l.lane.Turn.Await(exchange.Callback, l.side, never) != exchange.Reply {
		runtime.Gosched()
	}
	for i, a := range c.spans {
		to := &s.Spans[i]
		copy(c.bytesOf(a), p.bytes(to.Offset, to.Changed))
	}
	copy(c.words[:f.NWords], shared)
	f.Status, f.Len, f.Held = s.Status, s.Len, s.Held
	if f.Len <= f.Cap {
		copy(c.buffer, p.bytes(s.Buf, f.Len))
	}
}

// bytes returns a part of the memory.
func (p *process) bytes(offset, n uint64) []byte {
	return unsafe.Slice((*byte)(exchange.At(p.memory, offset)), n)
}

// bytesOf returns the bytes of an argument.
func (c *HostCall) bytesOf(s span) []byte {
	if s.size == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&c.words[s.at]))), s.size)
}

// ring tells the host that a callback has begun on a lane of the plugin's own.
func (p *process) ring(i int) {
	word, bit := &p.header.Pending[i/64], uint64(1)<<(i%64)
	for {
		old := word.Load()
		if word.CompareAndSwap(old, old|bit) {
			break
		}
	}
	p.header.Calls.Ring(p.bells)
}
