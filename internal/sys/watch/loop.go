package watch

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// DefaultQuiet is how long nothing must have changed before an action begins. Editors
	// write a file in several steps.
	DefaultQuiet = 50 * time.Millisecond

	// maxQuiet bounds the wait, in multiples of the time that nothing must have changed.
	maxQuiet = 10

	// earlyQuiet is the part of that time after which Early is called: a save is often several
	// events at once.
	earlyQuiet = 10

	// maxCancels is how often in a row an action is cancelled because of a change. The next one
	// runs to its end: changes may come faster than an action can end.
	maxCancels = 3
)

// ErrSuperseded is the cause of the end of an action's context if inputs have changed, so that the
// action begins again.
var ErrSuperseded = errors.New("files have changed again")

// A Loop repeats an action whenever inputs have changed.
type Loop struct {
	Notifier *Notifier
	Quiet    time.Duration // 0 is DefaultQuiet

	// Inputs are those of the last time that the action ran. Nil: it has not run.
	Inputs Inputs

	// First returns what must change if an action fails that has not told its inputs, and
	// if nothing is known from earlier ones.
	First func() Inputs

	// Action does it. It calls seen as soon as it knows its inputs, with the content that it
	// uses; it may do so again, on any goroutine, until it returns. change is what has changed.
	// It returns true to run again although nothing has changed.
	Action func(ctx context.Context, change string, seen func(Inputs)) (again bool)

	// Early, if not nil, prepares the action while a change settles, before it is known whether
	// that is the last one. Its context ends when inputs change again; then it is called again.
	// The action runs when it has returned. It tells nobody what fails: the action finds that.
	Early func(ctx context.Context)

	mu      sync.Mutex // guards Inputs while an action runs
	cancels int        // in a row
}

// Run watches until ctx has ended. It returns when no action runs.
func (l *Loop) Run(ctx context.Context) {
	if l.Quiet <= 0 {
		l.Quiet = DefaultQuiet
	}
	for again := l.Inputs == nil; ctx.Err() == nil; {
		change := ""
		if !again {
			if change = l.wait(ctx, l.Early); change == "" {
				return // ctx has ended
			}
		}
		if again = l.act(ctx, change); again {
			l.settle(ctx, nil)
		}
	}
}

// wait returns what has changed when that has settled, or "" if ctx has ended.
func (l *Loop) wait(ctx context.Context, early func(context.Context)) string {
	for changed := l.look() != ""; ; changed = false {
		if !changed {
			select {
			case <-ctx.Done():
				return ""
			case <-l.Notifier.C:
			}
		}
		l.settle(ctx, early)
		if ctx.Err() != nil {
			return ""
		}
		if change := l.look(); change != "" {
			return change
		}
	}
}

// look returns what has changed. Later changes are reported.
func (l *Loop) look() string {
	in := l.inputs()
	l.Notifier.Watch(in)
	return in.Changed()
}

func (l *Loop) inputs() Inputs {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Inputs
}

// act runs the action. It cancels the action if inputs change meanwhile.
func (l *Loop) act(ctx context.Context, change string) (again bool) {
	running, cancel := context.WithCancelCause(ctx)
	if l.Inputs == nil {
		l.Inputs = l.First()
	} else {
		l.Inputs = l.Inputs.Now()
	}
	var watching sync.WaitGroup
	if l.cancels < maxCancels {
		watching.Go(func() {
			if l.wait(running, nil) != "" {
				cancel(ErrSuperseded)
			}
		})
	}
	again = l.Action(running, change, func(in Inputs) {
		l.mu.Lock()
		l.Inputs = in
		l.mu.Unlock()
		l.Notifier.report() // the folders may be others
	})
	cancel(nil)
	watching.Wait()
	if context.Cause(running) == ErrSuperseded {
		l.cancels++
		again = true // also if the change was undone
	} else {
		l.cancels = 0
	}
	return again
}
