package native

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a runtime prints about its end is turned into an error. The plugin chooses a part of it.
func TestNewCrash(t *testing.T) {
	const stack = "goroutine 7 [running]:\nmortal.fail(...)\n\tmortal.go:49"
	long := strings.Repeat("x", 60<<10)
	for _, test := range []struct {
		name          string
		output, words string
		want          CrashError
	}{
		{"nothing printed", "", "", CrashError{Reason: "exit code 3"}},
		{"printed before", "hello\n", "", CrashError{Reason: "exit code 3"}},
		{"panic", "hello\npanic: no\n\n" + stack + "\n\ngoroutine 8 [sleep]:\n", "panic: no\n\ngoro", CrashError{Reason: "panic: no", Stack: stack}},
		{"the beginning is lost", "ing]:\nmortal.fail\n", "panic: no\n\n" + stack, CrashError{Reason: "panic: no", Stack: stack}},
		{"long", "panic: " + long + "\n\n" + stack + "\n\n", "panic: " + long[:4000], CrashError{Reason: "panic: " + long[:reasonLimit-7] + "…", Stack: stack}},
		{"no UTF-8", "panic: \xff\xfe!\n", "panic: \xff\xfe!\n", CrashError{Reason: "panic: \uFFFD!"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.want.ExitCode, test.want.Output = 3, test.output
			if diff := cmp.Diff(&test.want, newCrash(3, test.output, test.words)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The reason of a process's end is what its runtime has printed about it, or the status.
func TestNewCrashOfProcess(t *testing.T) {
	for _, test := range []struct{ name, output, want string }{
		{"nothing printed", "", "exit status 2"},
		{"printed before", "hello\n", "exit status 2"},
		{"panic", "hello\npanic: no\n", "panic: no"},
		{"exception", "Exception 0x80000003 0x0 0x0 0x140085601\nPC=0x140085601\n", "Exception 0x80000003 0x0 0x0 0x140085601"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := NewCrash(2, test.output, "exit status 2").Reason; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
