package main

import (
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func TestDoctorSaysWhetherPluginsSurvive(t *testing.T) {
	for _, test := range []struct {
		target string
		bridge winplugin.Bridge
		want   string
	}{
		{"linux/amd64", winplugin.Pure, "crashes: a plugin ends alone, and can be killed\n"},
		{"linux/amd64", winplugin.CGO, "crashes: a fatal end of a plugin ends the host: only with the pure bridge can a plugin end alone\n"},
		{"windows/amd64", winplugin.Pure, "crashes: a plugin ends alone, and can be killed\n"},
		{"windows/arm64", winplugin.Pure, "crashes: a fatal end of a plugin ends the host: only on linux/amd64 and windows/amd64 can a plugin end alone\n"},
	} {
		t.Run(test.target+" "+string(test.bridge), func(t *testing.T) {
			got := diagnosis(&winplugin.Report{Host: "linux/amd64", Target: test.target, Bridge: test.bridge}, false)
			if !strings.Contains(got, test.want) {
				t.Errorf("got\n%s\nwant %q in it", got, test.want)
			}
		})
	}
}
