//go:build linux || windows

package command

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func init() {
	roles["low"] = func() { // prints whether it is, which may take a moment
		for began := time.Now(); !low() && time.Since(began) < 10*time.Second; {
			time.Sleep(time.Millisecond)
		}
		fmt.Println(low())
	}
	roles["high"] = func() { fmt.Println(low()) }
	roles["parent of low"] = func() {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), roleVariable+"=low")
		out, err := cmd.Output()
		fmt.Println(string(out), err)
	}
}

// A command with a low priority has it, and so has what it starts.
func TestLowPriority(t *testing.T) {
	if !hasPriorities() {
		t.Skip("the priority class of the start has no effect in Wine")
	}
	for _, test := range []struct {
		role string
		ctx  context.Context
		want string
	}{
		{"high", t.Context(), "false"},
		{"low", WithLowPriority(t.Context()), "true"},
		{"parent of low", WithLowPriority(t.Context()), "true"},
	} {
		t.Run(test.role, func(t *testing.T) {
			out, err := child(t, test.role).Run(test.ctx)
			if got := strings.Fields(string(out)); err != nil || len(got) == 0 || got[0] != test.want {
				t.Errorf("low priority: got %q, %v, want %s", out, err, test.want)
			}
		})
	}
}
