package reload

import (
	"fmt"
	"time"
)

// A Policy says how a plugin is opened again after a fatal end. Zero values stand for the
// defaults.
type Policy struct {
	FirstDelay  time.Duration // before the first restart; each further one within Window doubles it
	MaxDelay    time.Duration
	MaxRestarts int // within Window; negative: no limit
	Window      time.Duration
	Wait        time.Duration // how long a call waits while the plugin is away; negative: as long as its context lasts
	Report      func(Event)   // may be nil
}

// The defaults of a Policy.
const (
	defaultFirstDelay  = 100 * time.Millisecond
	defaultMaxDelay    = 10 * time.Second
	defaultMaxRestarts = 5
	defaultWindow      = time.Minute
)

// Check returns an error if the policy makes no sense.
func (p Policy) Check() error {
	for what, d := range map[string]time.Duration{"FirstDelay": p.FirstDelay, "MaxDelay": p.MaxDelay, "Window": p.Window} {
		if d < 0 {
			return fmt.Errorf("%s is %v; give 0 for the default, or more", what, d)
		}
	}
	return nil
}

func (p Policy) withDefaults() Policy {
	if p.FirstDelay == 0 {
		p.FirstDelay = defaultFirstDelay
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = max(defaultMaxDelay, p.FirstDelay)
	}
	if p.MaxRestarts == 0 {
		p.MaxRestarts = defaultMaxRestarts
	}
	if p.Window == 0 {
		p.Window = defaultWindow
	}
	return p
}

// delay returns the time before a restart that n others precede within the window.
func (p Policy) delay(n int) time.Duration {
	d := p.FirstDelay
	for ; n > 0 && d < p.MaxDelay; n-- {
		d *= 2
	}
	return min(d, p.MaxDelay)
}

// A Stage is what an Event reports.
type Stage int

// The stages of a restart.
const (
	Crashed    Stage = iota // the plugin has ended
	Restarting              // it will be opened after Delay
	Failed                  // opening it has failed
	Restarted               // it takes calls again
	GaveUp                  // it stays away: the limit is reached
)

// An Event is a step of a restart.
type Event struct {
	Stage   Stage
	Attempt int           // of Restarting, Failed and Restarted: the number of this attempt within the window
	Delay   time.Duration // of Restarting
	Took    time.Duration // of Failed and Restarted: opening it took this time
	Err     error         // of Crashed, Failed and GaveUp
}

// Stats are counts of a plugin that is opened again.
type Stats struct {
	Restarts int       // how often it was opened again
	Failures int       // how often that has failed
	Last     error     // why it was last opened again, or opening it failed
	State    State     // now
	Since    time.Time // the beginning of State
}

// A State is what a plugin does.
type State int

// The states of a plugin.
const (
	Up   State = iota // it takes calls
	Away              // it has ended, and is being opened again
	Down              // it has ended, or was closed, and stays away
)
