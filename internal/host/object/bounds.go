package object

import "github.com/RamanSharma100/go-winplugin/internal/host/backend"

// bounds are how much the host keeps for a plugin in another process, which may ask for anything
// and release nothing. They are far more than plugins need.
type bounds struct {
	objects  int // values of the host that it has not released
	results  int // of callbacks, that it has not fetched
	bytes    int // of these results
	contexts int // of the plugin that have not ended
	channels int // of the plugin that the host receives from or sends to
	record   int // bytes of a log record
}

var defaultBounds = bounds{objects: 1 << 20, results: 1 << 12, bytes: 1 << 30, contexts: 1 << 16, channels: 1 << 16, record: 1 << 20}

// maxQueue bounds how many values wait for a channel of the host.
const maxQueue = 1 << 16

// exceeds returns an error if the host would keep more than limit.
func (p *Session) exceeds(n, limit int, what string) error {
	if !p.guarded || n < limit {
		return nil
	}
	return &backend.BoundError{What: what, Limit: int64(limit)}
}

// checkObjects returns an error if no more values may be exported.
func (p *Session) checkObjects() error {
	return p.exceeds(p.table.Len(), p.bounds.objects, "values of the host")
}

// checkChannels returns an error if no more channels of the plugin may be in use.
func (p *Session) checkChannels() error {
	return p.exceeds(p.forwarders.Len(), p.bounds.channels, "channels of the plugin that are in use")
}

// breach ends a plugin that makes the host keep too much, where it cannot get an error.
func (p *Session) breach(err error) {
	if k, ok := p.gate.operator.(interface{ Kill(cause error) error }); ok {
		_ = k.Kill(err)
	}
}

// Hold implements call.Holder.
func (p *Session) Hold(b []byte) (uint64, error) {
	err := p.exceeds(p.held.Len(), p.bounds.results, "results that wait to be fetched")
	if err == nil {
		// One result may have any size.
		err = p.exceeds(p.held.Size(), p.bounds.bytes, "bytes of results that wait to be fetched")
	}
	if err != nil {
		return 0, err
	}
	return p.held.Hold(b), nil
}
