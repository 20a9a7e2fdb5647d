package winplugin

import (
	"context"
	"fmt"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
)

// WithReload lets the plugin be replaced while it is open: see [Plugin.Reload]. What was made by
// [Func], [Plugin.Bind], [Batch], [Var] and [Plugin.Lookup] works with each generation of the
// plugin, and so do the methods of the [Plugin] and of a [Loader].
//
// The plugin has a loaded library of its own, also if another Plugin is open over the same file.
// It may have these functions, which the host calls:
//
//   - Init, when a generation was loaded, before it gets calls. If it takes a
//     [context.Context] first, that ends when the generation retires. ReloadPolicy.InitArgs are
//     its further arguments. A generation whose Init returns an error or panics is not used.
//   - SelfTest() error, after Init. A generation whose SelfTest fails is not used. It may take a
//     context.
//   - Snapshot() (T, error) in the old generation and Restore(T) error in the new one hand over
//     the plugin's state. T is any type whose values are copied. The types of both versions may
//     differ: fields are matched by their names. The event ReloadSwitched has what was lost.
//     Calls that begin meanwhile wait, see ReloadPolicy.Pause.
//   - Shutdown, when the generation retires: see [Plugin.CloseContext].
//
// [WithRestart] opens a generation again that has ended fatally.
func WithReload(policy ReloadPolicy) Option {
	return func(c *config) error {
		p := &reload.UpdatePolicy{
			Deadline: policy.Deadline, Grace: policy.Grace, Pause: policy.Pause, EndObjects: policy.EndObjects,
			MaxResident: policy.MaxResident, Move: policy.MoveToProcess, InitArgs: policy.InitArgs,
			Superseded: func(err error) bool { return c.watch != nil && superseded(err) },
		}
		if err := p.Check(); err != nil {
			return fmt.Errorf("ReloadPolicy: %w", err)
		}
		if report := policy.OnEvent; report != nil {
			p.Report = func(e reload.UpdateEvent) {
				event := ReloadEvent{
					Stage: reloadStages[e.Stage], Generation: Generation(e.Generation), Took: e.Took, Err: public(e.Err),
					Lost: e.Lost, Calls: e.Calls,
				}
				if e.Stage == reload.Building {
					event.Change = c.watch.changed()
				}
				report(event)
			}
		}
		c.reload = p
		return nil
	}
}

// A ReloadPolicy says how a plugin is replaced: see [WithReload]. The zero value is a usable
// policy.
type ReloadPolicy struct {
	// Deadline is how long calls that are under way when the plugin is replaced may go on. Then
	// their contexts end. If they have not returned after the further time Grace, 1 s if that is
	// 0, the old generation is killed where [Plugin.Survives] allows it, unless Grace is
	// negative. Such calls fail with a [*CrashError]. There is no limit if Deadline is 0.
	Deadline, Grace time.Duration

	// Pause is how long calls wait for Snapshot and Restore, 1 s if it is 0. First, calls that
	// are under way are waited for. When Pause is over, the state is taken in any case; what
	// those calls then change in the old generation does not reach the new one. Snapshot and
	// Restore have the time Pause again, and the reload fails if that is not enough. Plugins
	// without these two functions have no pause.
	Pause time.Duration

	// EndObjects ends the objects that the host has of the old generation when it is replaced,
	// also funcs and channels. By default they can be used as before, and the old generation
	// retires when the host has closed or forgotten them all. Objects that were ended fail with
	// [ErrReplaced].
	EndObjects bool

	// MaxResident is how many old generations may be in the process, 16 if it is 0, and any
	// number if it is negative. Those count that have not retired, and those whose libraries
	// stay, as all of the bridge [CGO] do. Beyond it, reloads fail with
	// [ErrTooManyGenerations], or do what MoveToProcess says.
	MaxResident int

	// MoveToProcess lets the plugin go on in a process of its own, as by [WithIsolation], when
	// MaxResident is reached. Such a process ends when its generation retires. A plugin that
	// was opened by its source is built by the bridge [Pure] for that, also if [WithBridge] asks
	// for CGO. Where this is not possible, reloads fail with an error that wraps
	// [ErrTooManyGenerations] and has the reason: on other systems than linux/amd64 and
	// windows/amd64, with a plugin that needs cgo, and with a finished library of the bridge CGO.
	MoveToProcess bool

	// InitArgs are arguments of the plugin's Init, after its context. They are converted as
	// those of [Plugin.Call] are, so the plugin can get services of the host: any value that
	// has the methods of an interface of the plugin.
	InitArgs []any

	// OnEvent, if not nil, gets what happens, one event after another. It must return soon, and
	// must not reload or close the plugin. [WithLogger] logs the same.
	OnEvent func(ReloadEvent)
}

// A ReloadEvent is a step of replacing a plugin.
type ReloadEvent struct {
	Stage      ReloadStage
	Generation Generation    // the one that Stage is about
	Took       time.Duration // since the stage before
	Err        error         // of ReloadBuildFailed, ReloadSuperseded, ReloadRefused, ReloadRetired and ReloadCrashed
	Change     string        // of ReloadBuilding with WithWatch: what has changed, most often a file's path

	// Of ReloadSwitched: parts of the state that the new generation did not get, with the
	// reasons, and how many calls were under way when the state was taken.
	Lost  []string
	Calls int
}

// A ReloadStage is what a [ReloadEvent] reports.
type ReloadStage string

// The stages of a reload. Those of a success are ReloadBuilding, ReloadChecked, ReloadSwitched,
// and later ReloadRetired.
const (
	ReloadBuilding    ReloadStage = "building"     // the plugin is being built, or its file read
	ReloadBuildFailed ReloadStage = "build failed" // it cannot be built or read; Generation still gets the calls
	ReloadSuperseded  ReloadStage = "superseded"   // with WithWatch: files have changed meanwhile, and it begins again
	ReloadUnchanged   ReloadStage = "unchanged"    // there is nothing newer than Generation
	ReloadChecked     ReloadStage = "checked"      // the new Generation is ready for calls
	ReloadRefused     ReloadStage = "refused"      // the new one cannot be used; Generation still gets the calls
	ReloadSwitched    ReloadStage = "switched"     // the new Generation gets the calls
	ReloadRetired     ReloadStage = "retired"      // Generation has ended; Err is that of its Shutdown
	ReloadCrashed     ReloadStage = "crashed"      // Generation, which got the calls, has ended fatally
)

var reloadStages = map[reload.UpdateStage]ReloadStage{
	reload.Building: ReloadBuilding, reload.BuildFailed: ReloadBuildFailed, reload.Superseded: ReloadSuperseded, reload.Unchanged: ReloadUnchanged,
	reload.Checked: ReloadChecked, reload.Refused: ReloadRefused, reload.Switched: ReloadSwitched,
	reload.Retired: ReloadRetired, reload.Ended: ReloadCrashed,
}

// Reload replaces the plugin by its newest version. A plugin that was opened by its folder or
// import path is built, with the options that it was opened with. A plugin that was opened by
// its library is read from that file, which can be replaced at any time.
//
// The new version is loaded beside the one that runs, and checked. Then the calls go to it, which
// is a new [Generation]. A call that has begun ends in the generation in which it began. When
// its calls have ended, the old generation retires: its Shutdown is called, and its library is
// unloaded if [Plugin.Unloadable] says so.
//
// If nothing has changed, Reload returns the current generation. If it fails, the calls go to
// the current generation as before. The error is a [*BuildError], a [*PolicyError], or another
// error of [Build]; a [*LoadError]; a [*SignatureError] for each function and variable that the
// host has bound and that is not there any more, or has another type; the error of Init or
// SelfTest; or [ErrPinned].
//
// Reloads of one plugin wait for each other. If ctx ends, Reload stops the build and returns its
// error. A plugin that was not opened [WithReload] cannot be reloaded, nor one of [OpenBytes]:
// the error wraps [ErrNotReloadable].
func (p *Plugin) Reload(ctx context.Context) (Generation, error) {
	g, err := p.backend.Reload(orBackground(ctx))
	return Generation(g), public(err)
}

// Rollback replaces the plugin by the version before the current one, as [Plugin.Reload] does.
// The result is a new [Generation] of that version. Up to 4 versions can be rolled back, one
// after another. If there is none, the error wraps [ErrNoGeneration].
func (p *Plugin) Rollback(ctx context.Context) (Generation, error) {
	g, err := p.backend.Rollback(orBackground(ctx))
	return Generation(g), public(err)
}

// Pin makes [Plugin.Reload] and [Plugin.Rollback] fail with [ErrPinned], or ends that. A reload
// that is under way continues.
func (p *Plugin) Pin(pinned bool) { p.backend.Pin(pinned) }

// A Generation is a version of a plugin that was loaded: see [Plugin.Reload].
type Generation struct {
	Number     int       // 1 for the first, and one more each time; a restart does not change it
	SourceHash string    // see [Manifest]
	Path       string    // of the library, as [Plugin.Path] returns it
	Opened     time.Time // when it was loaded, or opened again
	Separate   bool      // it runs in a process of its own: see WithIsolation and ReloadPolicy.MoveToProcess
}

// String returns "generation 3".
func (g Generation) String() string { return fmt.Sprintf("generation %d", g.Number) }

// ReloadStats are what reloads of a plugin have done, and what they have left.
type ReloadStats struct {
	Switches      int             // how often the plugin was replaced
	Failures      int             // how often that has failed, without being cancelled
	Retired       int             // generations that have ended
	Resident      int             // those of them whose libraries stay in the process
	ResidentBytes int64           // the size of these libraries, without their heaps
	Old           []OldGeneration // that were replaced and have not ended
}

// An OldGeneration is a [Generation] that was replaced and has not ended, because it has calls
// under way or objects in use.
type OldGeneration struct {
	Generation
	Calls   int // that are under way
	Objects int // that the host has; one that it does not use any more counts until the garbage collector has run
}

// String returns "generation 3 (1 calls, 2 objects)".
func (g OldGeneration) String() string {
	return fmt.Sprintf("%v (%d calls, %d objects)", g.Generation, g.Calls, g.Objects)
}

// Reloads returns what [Plugin.Reload] and [Plugin.Rollback] have done for the plugin.
func (p *Plugin) Reloads() ReloadStats {
	s := p.backend.UpdateStats()
	return ReloadStats{
		Switches: s.Switches, Failures: s.Failures, Retired: s.Retired, Resident: s.Resident, ResidentBytes: s.ResidentBytes,
		Old: convert(s.Old, func(g reload.OldGeneration) OldGeneration {
			return OldGeneration{Generation(g.Generation), g.Calls, g.Objects}
		}),
	}
}

// Generation returns the generation that gets the calls.
func (p *Plugin) Generation() Generation { return Generation(p.backend.Generation()) }
