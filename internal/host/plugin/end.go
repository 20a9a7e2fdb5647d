package plugin

import (
	"io"
	"sync"
)

// ending is what a plugin does when its library ends.
type ending struct {
	once   sync.Once
	output io.Writer
}

// Survives returns nil if the process survives a fatal end of the plugin, or an error that
// wraps native.ErrNotSurvivable.
func (p *Plugin) Survives() error { return p.library.Survives() }

// Kill ends the plugin's library. The error wraps native.ErrNotSurvivable.
func (p *Plugin) Kill(cause error) error { return p.library.Kill(cause) }

func (p *Plugin) watchEnd(opt Options) {
	if p.Survives() != nil {
		return
	}
	p.ending.output = opt.CrashOutput
	if opt.KillAfter > 0 {
		p.SetKillAfter(opt.KillAfter, func(cause error) { _ = p.Kill(cause) })
	}
	p.library.OnCrash(func() { p.ending.once.Do(p.ended) })
}

// ended closes the plugin after its library has ended, unless the host shares memory with it.
// The calls in flight are coming back.
func (p *Plugin) ended() {
	crash := p.library.Crash()
	if p.log != nil {
		p.log.Error("plugin ended", "plugin", p.Manifest().Package, "reason", crash, "exit", crash.ExitCode)
	}
	p.objects.Abort(crash)
	drained := p.backend.Drain()
	go func() {
		<-drained
		if !p.SharesMemory() { // otherwise the host may read the library's memory until Close
			p.beginClose()
		}
	}()
	if p.ending.output != nil {
		_, _ = io.WriteString(p.ending.output, crash.Output)
	}
}
