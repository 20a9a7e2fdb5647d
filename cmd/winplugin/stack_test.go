package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPluginStack(t *testing.T) {
	const own = "example.org/p.F(...)\n\texample.org/p/p.go:3"
	for _, test := range []struct{ name, stack, want string }{
		{"support below", "goroutine 1 [running]:\npanic(...)\n\truntime/panic.go:1\n" + own + "\nexample.org/p/zz_winplugin_main.Call(...)\n\tzz_winplugin_main/x.go:1\n",
			"goroutine 1 [running]:\npanic(...)\n\truntime/panic.go:1\n" + own},
		{"support in the file alone", "goroutine 1 [running]:\n" + own + "\nmain.call(...)\n\texample.org/p/zz_winplugin/y.go:1\n", "goroutine 1 [running]:\n" + own},
		{"support alone", "goroutine 1 [running]:\nmain.call(...)\n\tzz_winplugin/y.go:1\n", "goroutine 1 [running]:\nmain.call(...)\n\tzz_winplugin/y.go:1\n"},
		{"none", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, pluginStack(test.stack)); diff != "" {
				t.Errorf("stack (-want +got):\n%s", diff)
			}
		})
	}
}
