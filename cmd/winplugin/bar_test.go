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
