//go:build linux

package cgroup

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// A process that has a session of its own ends with its group.
func TestKill(t *testing.T) {
	g, err := New(Limits{})
	if err != nil {
		t.Skip("this process may make no control groups: ", err)
	}
	cmd := exec.Command("sh", "-c", "setsid sh -c 'echo $$; exec sleep 1000' & wait")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(cmd); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 20)
	if n, err := out.Read(b); n == 0 {
		t.Fatalf("got no process id: %v", err)
	}
	g.Kill()
	_, _ = io.Copy(io.Discard, out) // which ends when nobody has the pipe any more
	_ = cmd.Wait()
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signal() != syscall.SIGKILL {
		t.Errorf("got the end %v, want a kill", cmd.ProcessState)
	}
	g.Remove()
	if _, err := os.Stat(g.path); !os.IsNotExist(err) {
		t.Errorf("got %v, want a group that is gone", err)
	}
}

// A group without processes that a host has left is removed by the next one.
func TestLeft(t *testing.T) {
	parent, err := own("/proc")
	if err != nil {
		t.Skip(err)
	}
	left := filepath.Join(parent, prefix+"left")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Skip("this process may make no control groups: ", err)
	}
	removed.Delete(parent)
	g, err := New(Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Remove()
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		os.Remove(left)
		t.Errorf("got %v, want a group that is gone", err)
	}
}

// The files of a folder stand for those of the kernel: they tell what is written where.
func TestLimits(t *testing.T) {
	for name, test := range map[string]struct {
		files []string
		want  Limits
	}{
		"both":     {[]string{"memory.max", "pids.max"}, Limits{Memory: 1 << 30, Processes: 50}},
		"one":      {[]string{"pids.max"}, Limits{Processes: 50}},
		"not here": {nil, Limits{}},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Group{path: t.TempDir()}
			for _, file := range test.files {
				if err := os.WriteFile(filepath.Join(g.path, file), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			g.limit(Limits{Memory: 1 << 30, Processes: 50})
			if got := g.Limits(); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			for file, want := range map[string]string{"memory.max": "1073741824", "pids.max": "50"} {
				if got, err := os.ReadFile(filepath.Join(g.path, file)); err == nil && string(got) != want {
					t.Errorf("got %q in %s, want %q", got, file, want)
				}
			}
		})
	}
}

func TestOutOfMemory(t *testing.T) {
	for name, test := range map[string]struct {
		events string
		want   bool
	}{
		"no such file": {"", false},
		"none":         {"low 0\nhigh 0\nmax 7\noom 0\noom_kill 0\noom_group_kill 0\n", false},
		"one":          {"low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\noom_group_kill 0\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Group{path: t.TempDir()}
			if err := os.WriteFile(filepath.Join(g.path, "memory.events"), []byte(test.events), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := g.OutOfMemory(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestOwn(t *testing.T) {
	for name, test := range map[string]struct{ groups, mounts, want string }{
		"of a service": {"0::/system.slice/a.service\n", "30 22 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup/system.slice/a.service"},
		"beside version 1": {
			"4:memory:/x\n1:cpu:/\n0::/\n",
			"34 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
			"/sys/fs/cgroup/unified",
		},
		"a part is mounted":    {"0::/docker/1/a b\n", "30 22 0:27 /docker/1 /sys/fs/c\\040g ro shared:4 - cgroup2 cgroup rw\n", "/sys/fs/c g/a b"},
		"outside of the mount": {"0::/../other\n", "30 22 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", ""},
		"no mount":             {"0::/\n", "34 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", ""},
		"version 1 alone":      {"4:memory:/x\n", "30 22 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", ""},
		"cut off":              {"0::/\n", "30 22 - cgroup2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			proc := t.TempDir()
			if err := os.Mkdir(filepath.Join(proc, "self"), 0o700); err != nil {
				t.Fatal(err)
			}
			for file, text := range map[string]string{"cgroup": test.groups, "mountinfo": test.mounts} {
				if err := os.WriteFile(filepath.Join(proc, "self", file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := own(proc); got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}
