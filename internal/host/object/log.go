package object

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// SetLog sends what the plugin logs by log/slog and log to the handler, as long as the plugin is
// open.
func (o *Attachment) SetLog(h slog.Handler) {
	h = h.WithAttrs([]slog.Attr{slog.String("plugin", o.manifest.Package)})
	o.log.Store(&h)
	o.session.gate.Operate(wire.OpLogging, []uint64{uint64(least(h))}, nil)
}

// SetLimits tells the plugin how many of its own goroutines may wait in the host at once, how
// many bytes the results of a call may take, its heap target, and the window of channels on both
// sides. 0 leaves the default.
func (o *Attachment) SetLimits(callbacks, results, heapTarget, window int) {
	if window > 0 {
		o.session.owner.Window.Set(window)
		o.session.forwarders.Window.Set(window)
	}
	o.session.gate.Operate(wire.OpLimits, []uint64{uint64(callbacks), uint64(results), uint64(heapTarget), uint64(window)}, nil)
}

// least returns the level from which on the handler takes records.
func least(h slog.Handler) int64 {
	for level := slog.LevelDebug - 4; level < slog.LevelError; level++ {
		if h.Enabled(context.Background(), level) {
			return int64(level)
		}
	}
	return int64(slog.LevelError)
}

// log takes a record of the plugin's: see wire.OpLog.
func (p *Session) log(b []byte) uint64 {
	if p.guarded && len(b) > p.bounds.record {
		return wire.StatusRefused
	}
	list := p.open.Load()
	if list == nil {
		return wire.StatusGone
	}
	for _, o := range *list {
		if h := o.log.Load(); h != nil {
			r, err := o.record(b)
			if err != nil {
				return wire.StatusRefused
			}
			if (*h).Enabled(context.Background(), r.Level) {
				_ = (*h).Handle(context.Background(), r)
			}
			return wire.StatusOK
		}
	}
	return wire.StatusGone
}

func (o *Attachment) record(b []byte) (r slog.Record, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("a log record: %v", v)
		}
	}()
	d := &wire.Decoder{Scope: o.scope}
	d.Reset(b)
	at, level := d.Time(), slog.Level(int64(d.Uint64()))
	r = slog.NewRecord(at, level, d.String(), 0)
	r.AddAttrs(attrs(d)...)
	d.End()
	return r, nil
}

func attrs(d *wire.Decoder) []slog.Attr {
	d.Enter()
	defer d.Leave()
	var list []slog.Attr
	for range d.Uvarint() {
		key := d.String()
		if d.Bool() {
			list = append(list, slog.Attr{Key: key, Value: slog.GroupValue(attrs(d)...)})
			continue
		}
		list = append(list, slog.Any(key, codec.TakeAny(d)))
	}
	return list
}
