package reload

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
)

// An UpdatePolicy says how a plugin gets another generation. Zero values stand for the defaults.
type UpdatePolicy struct {
	Deadline    time.Duration // for calls that are under way at a switch; 0: none
	Grace       time.Duration // from then on until the old generation is killed; negative: it is not
	Pause       time.Duration // how long calls wait while the state is handed over
	EndObjects  bool          // the objects of a generation end with its calls
	MaxResident int           // how many old generations may be in the process; negative: any number
	Move        bool          // beyond that, generations get a process of their own
	InitArgs    []any         // for the plugin's Init, after its context
	Report      func(UpdateEvent)

	// Superseded reports whether an update has failed with err because it begins again. Nil: it
	// never does.
	Superseded func(err error) bool
}

// The defaults of an UpdatePolicy.
const (
	defaultGrace       = time.Second
	defaultPause       = time.Second
	defaultMaxResident = 16
)

// Check returns an error if the policy makes no sense.
func (p UpdatePolicy) Check() error {
	for what, d := range map[string]time.Duration{"Deadline": p.Deadline, "Pause": p.Pause} {
		if d < 0 {
			return fmt.Errorf("%s is %v; give 0 for the default, or more", what, d)
		}
	}
	return nil
}

func (p UpdatePolicy) grace() time.Duration {
	if p.Grace == 0 {
		return defaultGrace
	}
	return p.Grace
}

func (p UpdatePolicy) pause() time.Duration {
	if p.Pause == 0 {
		return defaultPause
	}
	return p.Pause
}

func (p UpdatePolicy) maxResident() int {
	if p.MaxResident == 0 {
		return defaultMaxResident
	}
	return p.MaxResident
}

// An UpdateStage is what an UpdateEvent reports.
type UpdateStage int

// The stages of an update.
const (
	Building    UpdateStage = iota // the newest artifact is being built
	BuildFailed                    // there is none
	Superseded                     // the update was given up, because it begins again
	Unchanged                      // it is that of the current generation
	Checked                        // another generation is ready
	Refused                        // it is not, or cannot take the place of the current one
	Switched                       // it takes the calls
	Retired                        // the generation before has left
	Ended                          // the current generation has ended fatally
)

// An UpdateEvent is a step of an update.
type UpdateEvent struct {
	Stage      UpdateStage
	Generation Generation    // that it is about; of Building, BuildFailed and Refused the current one
	Took       time.Duration // since the stage before
	Err        error
	Lost       []string // of Switched: parts of the state that the new generation has not got
	Calls      int      // of Switched: how many were under way when the state was taken
}

// An updater makes generations of a plugin. It is safe for concurrent use.
type updater struct {
	policy UpdatePolicy
	name   string // of the plugin
	log    *slog.Logger
	source Source        // nil: there are no newer artifacts
	under  chan struct{} // a lock, held by an update

	reporting sync.Mutex // events are reported one by one

	mu      sync.Mutex
	pinned  bool
	history []Artifact // of the generations before the current one
	stats   UpdateStats
}

// keepHistory is how many generations can be rolled back.
const keepHistory = 4

// UpdateStats are counts of a plugin that gets other generations.
type UpdateStats struct {
	Switches      int // how often another generation became the current one
	Failures      int // how often that has failed
	Retired       int // old generations that have left
	Resident      int // generations that have left, and whose libraries stay in the process
	ResidentBytes int64
	Old           []OldGeneration // that have not left
}

// An OldGeneration is one that another one has replaced.
type OldGeneration struct {
	Generation
	Calls   int // under way
	Objects int // that the host uses
}

// UpdateStats returns counts.
func (p *Plugin) UpdateStats() UpdateStats {
	if p.updater == nil {
		return UpdateStats{}
	}
	p.updater.mu.Lock()
	s := p.updater.stats
	p.updater.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, g := range p.old {
		if !g.Released() {
			s.Old = append(s.Old, OldGeneration{g.info, int(g.Backend().Stats().InFlight), g.Attachment().InUse()})
		}
	}
	return s
}

// left counts a generation that was closed.
func (u *updater) left(g *generation) {
	if g.Unloadable() == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.stats.Resident++
	u.stats.ResidentBytes += g.artifact.size()
}

// failed reports that an update has failed at a stage. One that was cancelled does not count.
func (u *updater) failed(ctx context.Context, stage UpdateStage, current Generation, began time.Time, err error) {
	if ctx.Err() == nil && !u.policy.superseded(err) {
		u.mu.Lock()
		u.stats.Failures++
		u.mu.Unlock()
	}
	u.report(u.policy.Failed(stage, current, began, err))
}

// Failed returns the event of an update that has failed at a stage.
func (p UpdatePolicy) Failed(stage UpdateStage, current Generation, began time.Time, err error) UpdateEvent {
	if p.superseded(err) {
		stage = Superseded
	}
	return UpdateEvent{Stage: stage, Generation: current, Took: time.Since(began), Err: err}
}

func (p UpdatePolicy) superseded(err error) bool { return p.Superseded != nil && p.Superseded(err) }

// report logs an event and passes it on.
func (u *updater) report(e UpdateEvent) {
	u.reporting.Lock()
	defer u.reporting.Unlock()
	if u.log != nil {
		log := u.log.With("plugin", u.name, "generation", e.Generation.Number)
		switch e.Stage {
		case Building, Superseded, Unchanged, Checked:
			log.Debug("plugin reload: "+updateStages[e.Stage], "took", e.Took)
		case BuildFailed, Refused:
			log.Warn("plugin was not reloaded", "error", e.Err, "took", e.Took)
		case Switched:
			log.Info("plugin was reloaded", "took", e.Took, "calls", e.Calls)
			if e.Lost != nil {
				log.Warn("plugin has lost state in a reload", "lost", e.Lost)
			}
		case Retired:
			log.Debug("plugin generation has retired", "took", e.Took, "error", e.Err)
		case Ended: // the generation has logged it
		}
	}
	if u.policy.Report != nil {
		u.policy.Report(e)
	}
}

var updateStages = map[UpdateStage]string{Building: "building", Superseded: "superseded", Unchanged: "unchanged", Checked: "checked"}

// isRetired reports whether an error of Close says that the library has not left yet.
func isRetired(err error) bool { return errors.As(err, new(*native.RetiredError)) }
