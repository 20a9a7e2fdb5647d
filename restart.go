package winplugin

import (
	"fmt"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
)

// WithRestart opens the plugin's library again when the plugin has ended fatally, after a delay
// and within a limit. Its init functions run again, and its package variables have their first
// values. What was made by [Func], [Plugin.Bind], [Batch], [Var] and [Plugin.Lookup] works with
// the library that was opened again, and so do the methods of the [Plugin] and of a [Loader].
//
// What the plugin had is gone. An [Object] of it, a func or a value with methods that it returned
// belong to the library that has ended: calls of them fail with the [*CrashError]. Channels that
// it returned to receive from are closed, and its contexts have ended. The address of a variable
// from Lookup points to the variable of the library that has ended.
//
// The calls in flight at the end fail with a [*CrashError], and are not repeated. Until the
// plugin is back, calls fail with a CrashError too, and with [ErrRestarting]; or they wait, as
// [RestartPolicy] says. When the limit is reached, the plugin stays away, and each call fails
// with the CrashError and the reason.
//
// A plugin that was ended by [WithKillAfter] is opened again. One that was ended by its
// [Plugin.Kill] is not. [Plugin.Close] ends a restart that is under way. All calls fail with
// [ErrClosed] from then on, also those that wait for the plugin.
//
// The file of the library must still be there, with the same content. WithRestart has no effect
// on plugins whose end is that of the process: see [Plugin.Survives].
func WithRestart(policy RestartPolicy) Option {
	return func(c *config) error {
		p := &reload.Policy{
			FirstDelay: policy.FirstDelay, MaxDelay: policy.MaxDelay,
			MaxRestarts: policy.MaxRestarts, Window: policy.Window, Wait: policy.Wait,
		}
		if err := p.Check(); err != nil {
			return fmt.Errorf("RestartPolicy: %w", err)
		}
		if report := policy.OnEvent; report != nil {
			p.Report = func(e reload.Event) {
				report(RestartEvent{Stage: restartStages[e.Stage], Attempt: e.Attempt, Delay: e.Delay, Took: e.Took, Err: public(e.Err)})
			}
		}
		c.restart = p
		return nil
	}
}

// A RestartPolicy says how a plugin is opened again: see [WithRestart]. The zero value is a
// usable policy.
type RestartPolicy struct {
	// FirstDelay is the time before the first restart; 0 means 100 ms. Each further restart
	// within Window doubles it, up to MaxDelay; 0 means 10 s.
	FirstDelay, MaxDelay time.Duration

	// MaxRestarts is how often the plugin may be opened again within Window, also without
	// success. 0 means 5 times, and Window 0 means a minute. There is no limit if MaxRestarts
	// is negative.
	MaxRestarts int
	Window      time.Duration

	// Wait is how long a call waits for the plugin while it is away, unless the call's context
	// ends before. 0 means that calls fail at once. If Wait is negative, they wait until the
	// plugin is back or stays away.
	Wait time.Duration

	// OnEvent, if not nil, gets what happens, one event after another. It must return soon,
	// because the plugin is not opened before. [WithLogger] logs the same.
	OnEvent func(RestartEvent)
}

// A RestartEvent is a step of opening a plugin again.
type RestartEvent struct {
	Stage   RestartStage
	Attempt int           // the number of this attempt within the policy's window, from RestartWaiting on
	Delay   time.Duration // of RestartWaiting
	Took    time.Duration // how long the attempt took, of RestartFailed and RestartDone
	Err     error         // why the plugin has ended, or could not be opened
}

// A RestartStage is what a [RestartEvent] reports.
type RestartStage string

// The stages of a restart, in their order. RestartFailed is followed by RestartWaiting or
// RestartGaveUp.
const (
	RestartCrashed RestartStage = "crashed"   // the plugin has ended
	RestartWaiting RestartStage = "waiting"   // it will be opened after Delay
	RestartFailed  RestartStage = "failed"    // it could not be opened
	RestartDone    RestartStage = "restarted" // it takes calls again
	RestartGaveUp  RestartStage = "gave up"   // the limit is reached, and it stays away
)

var restartStages = map[reload.Stage]RestartStage{
	reload.Crashed: RestartCrashed, reload.Restarting: RestartWaiting, reload.Failed: RestartFailed,
	reload.Restarted: RestartDone, reload.GaveUp: RestartGaveUp,
}

// RestartStats are what [WithRestart] has done for a plugin.
type RestartStats struct {
	Restarts int       // how often the plugin was opened again
	Failures int       // how often it could not be opened
	LastErr  error     // why it has ended or could not be opened the last time; nil if it never has
	Up       bool      // it takes calls
	Away     bool      // it is being opened again
	Since    time.Time // since when it is up, away, or down for good
}

// Restarts returns what [WithRestart] has done for the plugin. Without that option it is zero.
func (p *Plugin) Restarts() RestartStats {
	s := p.backend.Stats()
	if s.Since.IsZero() {
		return RestartStats{}
	}
	return RestartStats{
		Restarts: s.Restarts, Failures: s.Failures, LastErr: public(s.Last),
		Up: s.State == reload.Up, Away: s.State == reload.Away, Since: s.Since,
	}
}
