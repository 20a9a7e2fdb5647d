package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func newDevCommand(t *terminal, f *flags) *cobra.Command {
	var asJSON bool
	var poll time.Duration
	cmd := &cobra.Command{
		Use:   "dev [flags] DIR|LIBRARY [FUNCTION [ARG…]]",
		Short: "Build a plugin again and call it on every save",
		Long: `Dev opens a plugin, calls one of its functions, and prints the results. It does so again
whenever a file has changed of which the plugin is made: its own, those of packages that
it imports from folders, embedded files, and go.mod. If the plugin cannot be built, dev
prints the errors and waits for the next change. It ends with Ctrl-C.

Arguments and results have the forms that "winplugin call" describes. Without a function,
dev only builds and loads. Builds run with a low priority.

Results go to standard output, everything else to standard error. A terminal is cleared
before each call. In folders of other machines, and with --poll, dev looks at the files;
elsewhere the system reports changes.`,
		Example: `  winplugin dev ./examples/calculator Execute 10 20
  winplugin dev --poll 500ms ./examples/calculator`,
		Args: arguments("DIR|LIBRARY", "[FUNCTION ARG…]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c := &functionCall{path: args[0], json: asJSON, flags: cmd.Flags()}
			if len(args) > 1 {
				c.function, c.args = args[1], args[2:]
			}
			if strings.HasPrefix(c.function, "-") {
				return &usageError{cmd, fmt.Sprintf("%s is no function; flags go before %s", quote(c.function), c.path)}
			}
			if poll < 0 {
				return &usageError{cmd, fmt.Sprintf("--poll %v is negative; give the time between two looks at the files", poll)}
			}
			if err := t.detach(); err != nil {
				return err
			}
			d := &devSession{t: t, call: c, changed: make(chan struct{}, 1)}
			err := d.run(cmd.Context(), append(f.options(t), winplugin.WithLowPriority(),
				winplugin.WithReload(winplugin.ReloadPolicy{OnEvent: d.event}),
				winplugin.WithWatch(winplugin.WatchPolicy{Poll: poll, KeepTrying: true})))
			if errors.Is(context.Cause(cmd.Context()), errInterrupted) {
				return nil // the usual end
			}
			return err
		},
	}
	cmd.ValidArgsFunction = completeFunction(f)
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the results as a JSON array")
	cmd.Flags().DurationVar(&poll, "poll", 0, "look at the files again after this `time`, such as 1s (default: when the system reports changes)")
	return cmd
}

// A devSession is a run of "winplugin dev".
type devSession struct {
	t       *terminal
	call    *functionCall
	changed chan struct{}             // gets an element when there is another version to call
	began   atomic.Pointer[time.Time] // when the last build began
}

// run calls the function of each version of the plugin, until ctx ends.
func (d *devSession) run(ctx context.Context, opts []winplugin.Option) error {
	p, err := winplugin.OpenContext(ctx, d.call.path, opts...)
	if err != nil {
		return &pluginError{d.call.path, d.call.function, err}
	}
	defer p.CloseContext(ctx)
	d.title()
	d.t.say("opened %s in %v, watching", d.call.path, d.took())
	for {
		turn, cancel := context.WithCancel(ctx)
		called := make(chan struct{})
		go func() {
			defer close(called)
			d.show(turn, p)
		}()
		select {
		case <-d.changed: // a call that does not end stays with the version that it called
		case <-ctx.Done():
		}
		cancel()
		<-called
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// show calls the function and prints its results. It returns early if ctx ends.
func (d *devSession) show(ctx context.Context, p *winplugin.Plugin) {
	if d.call.function == "" {
		d.t.say("ready, functions: %d", len(p.Manifest().Functions))
		return
	}
	call, began := *d.call, time.Now()
	text, err := call.call(ctx, p)
	took := round(time.Since(began))
	switch {
	case ctx.Err() != nil:
	case err != nil:
		d.t.failure(&pluginError{call.path, call.function, err})
	default:
		if err := d.t.print(text); err != nil {
			d.t.failure(err)
		}
		d.t.say("called %s in %v", call.function, took)
	}
}

// event shows what happens to the plugin.
func (d *devSession) event(e winplugin.ReloadEvent) {
	switch e.Stage {
	case winplugin.ReloadBuilding:
		now := time.Now()
		d.began.Store(&now)
	case winplugin.ReloadBuildFailed, winplugin.ReloadRefused:
		d.title()
		d.t.failure(&pluginError{d.call.path, d.call.function, e.Err})
		d.t.say("waiting for a change")
	case winplugin.ReloadSwitched, winplugin.ReloadUnchanged:
		d.title()
		d.t.say("built %s in %v", d.call.path, d.took())
		select {
		case d.changed <- struct{}{}:
		default:
		}
	case winplugin.ReloadCrashed:
		d.t.failure(&pluginError{d.call.path, d.call.function, e.Err})
	}
}

// took returns the time since the last build began.
func (d *devSession) took() time.Duration { return round(time.Since(*d.began.Load())) }

// title begins to show another version.
func (d *devSession) title() {
	d.t.clear(strings.Join(append([]string{"winplugin dev", d.call.path, d.call.function}, d.call.args...), " "))
}

// round returns the duration in as many digits as tell something.
func round(d time.Duration) time.Duration {
	for unit := time.Second; unit > 1; unit /= 1000 {
		if d >= unit {
			return d.Round(unit / 100)
		}
	}
	return d
}
