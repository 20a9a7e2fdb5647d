package main

import (
	"bytes"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func TestBar(t *testing.T) {
	for name, c := range map[string]struct {
		live bool
		want string
	}{
		"watched": {true, "\rwinplugin: waiting Go" +
			"\nwinplugin: trying" +
			"\n\rwinplugin: fetching Go [...............] 0% of 10.0 MB" +
			"\rwinplugin: fetching Go [###############] 100% of 10.0 MB" +
			"\n\rwinplugin: unpacking Go 2.5 MB" +
			"\nwinplugin: done\n"},
		"in a log": {false, "winplugin: waiting Go\nwinplugin: trying\nwinplugin: fetching Go\nwinplugin: unpacking Go\nwinplugin: done\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, err bytes.Buffer
			term := &terminal{out: &out, err: &err, live: c.live}
			show := func(what string, done, total int64) {
				term.progress(winplugin.Event{Stage: winplugin.StageInstall, Detail: what, Done: done, Total: total})
			}
			show("waiting Go", 0, 0)
			term.say("trying")
			show("fetching Go", 0, 10_000_000)
			show("fetching Go", 1, 10_000_000) // looks the same
			show("fetching Go", 10_000_000, 10_000_000)
			show("unpacking Go", 2_500_000, 0)
			term.say("done")
			if err.String() != c.want || out.Len() > 0 {
				t.Errorf("%q and %q, want %q", &err, &out, c.want)
			}
		})
	}
}

// An installation announces what it fetches before it begins, wherever the command runs.
func TestInstallationIsAnnounced(t *testing.T) {
	const text = "fetching Go 1.26 (75.0 MB) from https://go.dev, because the build needs it; to refuse, set WINPLUGIN_NO_INSTALL=1"
	for _, test := range []struct {
		name          string
		live, verbose bool
		want          string
	}{
		{"pipe", false, false, "winplugin: " + text + "\n"},
		{"verbose pipe", false, true, "winplugin: " + text + "\n"},
		{"terminal", true, false, "\rwinplugin: " + text},
		{"verbose terminal", true, true, "winplugin: " + text + "\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out, err bytes.Buffer
			term := &terminal{out: &out, err: &err, live: test.live, verbose: test.verbose}
			term.progress(winplugin.Event{Stage: winplugin.StageInstall, Detail: text})
			if err.String() != test.want || out.Len() > 0 {
				t.Errorf("got %q and %q, want %q", &err, &out, test.want)
			}
		})
	}
}
