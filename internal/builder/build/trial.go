package build

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// A pureTrial is the result of trying the pure bridge on this machine. At most one field but
// Time is set; none means that it works.
type pureTrial struct {
	Failed  string    `json:"failed,omitempty"`  // what went wrong
	Skipped string    `json:"skipped,omitempty"` // why it could not be tried
	Time    time.Time `json:"time"`
}

const (
	// trialFormat is the version of the records of trials.
	trialFormat = 1

	// trialLimit bounds the process that loads the library. It takes some 50 ms.
	trialLimit = 30 * time.Second

	// trialAgain is the age at which a failure is tried again: the machine may just have
	// been short of something.
	trialAgain = 24 * time.Hour
)

// err is the failure as an error, or nil.
func (t *pureTrial) err() error {
	if t == nil || t.Failed == "" {
		return nil
	}
	return errors.New("the pure bridge does not work on this machine: " + t.Failed)
}

// tryPure finds out whether the pure bridge works on this machine, from the record of an
// earlier trial. With start, it makes a trial if there is no record; with again, also after
// one that failed. It leaves the result in b.trial, which stays nil if nothing is known. A
// library for another system is not tried, and neither is anything where
// Config.LoaderSource is missing.
//
// The library and the program that loads it are built here, by the go command that
// builds the plugin. The host program itself is not started again: the init functions of
// its packages would run in the second process, and may do anything.
func (b *builder) tryPure(ctx context.Context, tools *detect.Toolchain, start, again bool) error {
	if !b.tries() {
		return nil
	}
	name, record := b.trialRecord(tools)
	b.trial = readTrial(record)
	if !start || b.trial != nil && !(again && b.trial.Failed != "") {
		return nil
	}
	lock, err := b.lock(ctx, name)
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if now := readTrial(record); now != nil && !again {
		b.trial = now // another process was first
		return nil
	}
	return b.tryAgain(ctx, tools, record)
}

// tries reports whether the pure bridge is tried before it is used.
func (b *builder) tries() bool {
	target := b.GOOS + "/" + b.GOARCH
	return b.LoaderSource != nil && target == runtime.GOOS+"/"+runtime.GOARCH && b.GOARCH == "amd64"
}

// trialRecord names the trial by what its result depends on, and its record.
func (b *builder) trialRecord(tools *detect.Toolchain) (name, path string) {
	name = "pure-" + digest(trialFormat, b.GOOS, b.GOARCH, tools.GoVersion, bridge.Fingerprint(), machine())[:24]
	return name, b.cache.path("toolchain", name+".json")
}

func readTrial(record string) *pureTrial {
	data, err := os.ReadFile(record)
	t := new(pureTrial)
	if err != nil || json.Unmarshal(data, t) != nil || t.Failed != "" && time.Since(t.Time) > trialAgain {
		return nil
	}
	return t
}

// tryAgain tries the pure bridge and writes the record.
func (b *builder) tryAgain(ctx context.Context, tools *detect.Toolchain, record string) error {
	b.event(StageTry, b.name(), "")
	t, lasting := b.runTrial(ctx, tools)
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("trying the pure bridge: %w", cause)
	}
	t.Time = time.Now()
	b.trial = t
	switch {
	case t.Failed != "":
		b.Log.Warn("the pure bridge does not work on this machine", "reason", t.Failed)
	case t.Skipped != "":
		b.Log.Warn("the pure bridge could not be tried on this machine", "reason", t.Skipped)
	default:
		b.Log.Info("the pure bridge works on this machine", "go", tools.GoVersion)
	}
	if lasting {
		if err := writeJSON(record, t); err != nil {
			b.Log.Debug("the result of a trial is not kept", "path", record, "error", err)
		}
	}
	return nil
}

// runTrial tries. lasting says that another try would have the same result.
func (b *builder) runTrial(ctx context.Context, tools *detect.Toolchain) (result *pureTrial, lasting bool) {
	skip := func(what string, err error) (*pureTrial, bool) {
		return &pureTrial{Skipped: fmt.Sprintf("%s: %v", what, err)}, false
	}
	work, err := b.newSite(true)
	if err != nil {
		return skip("there is no folder to work in", err)
	}
	defer work.close()
	own := *tools
	if path := filepath.Join(tools.GOROOT, "bin", filepath.Base(tools.Go)); fsutil.IsRegular(path) {
		own.Go = path // of the version that the plugin's go.mod has chosen
	}
	var library, program string
	group, building := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		library, err = b.buildTrialLibrary(building, &own, work)
		return err
	})
	group.Go(func() (err error) {
		program, err = b.buildTrialHost(building, &own, work)
		return err
	})
	if err := group.Wait(); err != nil {
		return skip("what it takes was not built", err)
	}
	limit := cmp.Or(b.trialLimit, trialLimit)
	out, err := command.Command{Path: program, Args: []string{library}, Dir: work.dir, Timeout: limit}.Run(ctx)
	failed := new(command.Error)
	switch {
	case err == nil && strings.TrimSpace(string(out)) == "works":
		return new(pureTrial), true
	case command.NotStarted(err):
		// Rules about programs forbid new ones (AppLocker, noexec), and not libraries.
		result, _ := skip("the program that loads the library was not started", err)
		return result, true
	case errors.As(err, &failed):
		first, _, _ := strings.Cut(failed.Output(), "\n")
		return &pureTrial{Failed: strings.TrimSuffix(fmt.Sprintf("a program that loads a small library ended with %q: %s", failed.Err, strings.TrimSpace(first)), ": ")}, true
	case err == nil:
		return &pureTrial{Failed: fmt.Sprintf("a program that loads a small library printed %q", out)}, true
	}
	return skip("the program that loads the library was ended", err)
}
