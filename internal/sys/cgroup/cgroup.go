//go:build linux

package cgroup

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits hold for all processes of a group together; 0 means none.
type Limits struct {
	Memory    int64 // bytes, as the kernel counts them: with files that it keeps in memory, and shared memory
	Processes int   // processes and threads
}

// A Group is a control group that this process has made. Its methods are not safe for concurrent use,
// but for Kill.
type Group struct {
	path   string
	killer *os.File // its file cgroup.kill
	limits Limits   // that the kernel has taken
}

const prefix = "winplugin-"

// New makes an empty group in that of this process. It fails where this process may not do so, which is
// usual: an administrator must have left the folder to its user. Limits that the kernel does not offer
// there are left out: see Limits.
func New(l Limits) (*Group, error) {
	parent, err := own("/proc")
	if err != nil {
		return nil, err
	}
	removeLeft(parent)
	return newIn(parent, l)
}

// removed are the folders in which groups were looked for that earlier hosts have left.
var removed sync.Map // string → nil

// removeLeft removes groups without processes, once for each parent. One that another process has just
// made may be among them: its clone fails then.
func removeLeft(parent string) {
	if _, done := removed.LoadOrStore(parent, nil); done {
		return
	}
	left, _ := filepath.Glob(filepath.Join(parent, prefix+"*"))
	for _, path := range left {
		_ = os.Remove(path) // which fails for a group with processes
	}
}

func newIn(parent string, l Limits) (_ *Group, err error) {
	if l.Memory > 0 {
		enable(parent, "memory")
	}
	if l.Processes > 0 {
		enable(parent, "pids")
	}
	g := new(Group)
	if g.path, err = os.MkdirTemp(parent, prefix); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			g.Remove()
		}
	}()
	// Linux has it since 5.14.
	if g.killer, err = os.OpenFile(filepath.Join(g.path, "cgroup.kill"), os.O_WRONLY, 0); err != nil {
		return nil, err
	}
	g.limit(l)
	return g, nil
}

// enable lets groups in the parent have limits of a kind. The kernel refuses this where the parent has
// processes itself, unless it is the root; limit finds that out.
func enable(parent, controller string) {
	_ = os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0)
}

// limit sets the limits that the kernel has here.
func (g *Group) limit(l Limits) {
	if l.Memory > 0 && g.set("memory.max", l.Memory) {
		g.set("memory.oom.group", 1) // all end, not only one
		g.limits.Memory = l.Memory
	}
	if l.Processes > 0 && g.set("pids.max", int64(l.Processes)) {
		g.limits.Processes = l.Processes
	}
}

// set writes to a file of the group, and reports whether the kernel has it and takes the value.
func (g *Group) set(name string, value int64) bool {
	f, err := os.OpenFile(filepath.Join(g.path, name), os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	_, err = f.WriteString(strconv.FormatInt(value, 10))
	return f.Close() == nil && err == nil
}

// Start starts a process in the group. Behind its ExtraFiles it inherits a file: writing 1 to it
// kills all processes of the group. Linux has it since 5.7.
func (g *Group) Start(cmd *exec.Cmd) error {
	folder, err := os.Open(g.path)
	if err != nil {
		return err
	}
	defer folder.Close()
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(folder.Fd())
	cmd.ExtraFiles = append(slices.Clip(cmd.ExtraFiles), g.killer)
	return cmd.Start()
}

// Limits returns which limits the group has.
func (g *Group) Limits() Limits { return g.limits }

// Kill kills all processes of the group.
func (g *Group) Kill() { _, _ = g.killer.WriteString("1") }

// OutOfMemory reports whether the kernel has killed a process of the group because of its limit.
func (g *Group) OutOfMemory() bool {
	events, _ := os.ReadFile(filepath.Join(g.path, "memory.events"))
	for line := range bytes.Lines(events) {
		if n, ok := bytes.CutPrefix(line, []byte("oom_kill ")); ok {
			return string(bytes.TrimSpace(n)) != "0"
		}
	}
	return false
}

// removeLimit bounds how long Remove waits for the end of processes that were killed.
const removeLimit = time.Second

// Remove removes the group once its processes, which were killed, have ended.
func (g *Group) Remove() {
	g.killer.Close() // which fails for nil
	for pause := 100 * time.Microsecond; os.Remove(g.path) != nil && pause < removeLimit; pause *= 2 {
		time.Sleep(pause)
	}
}

// own returns the folder of this process's group. proc is where the kernel's file system is mounted.
func own(proc string) (string, error) {
	groups, err := os.ReadFile(filepath.Join(proc, "self/cgroup"))
	if err != nil {
		return "", err
	}
	mounts, err := os.ReadFile(filepath.Join(proc, "self/mountinfo"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(groups)) {
		if path, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "0::"); ok {
			return mounted(string(mounts), path)
		}
	}
	return "", errors.New("this process is in no control group of version 2")
}

// mounted returns where the group of that path is mounted. mounts is what proc_pid_mountinfo(5)
// describes.
func mounted(mounts, path string) (string, error) {
	for line := range strings.Lines(mounts) {
		place, system, _ := strings.Cut(line, " - ")
		fields := strings.Fields(place)
		if kind, _, _ := strings.Cut(system, " "); kind != "cgroup2" || len(fields) < 5 {
			continue
		}
		// A path with dots is outside of the namespace.
		if below, err := filepath.Rel(unescape(fields[3]), path); err == nil && filepath.IsLocal(below) && path == filepath.Clean(path) {
			return filepath.Join(unescape(fields[4]), below), nil
		}
	}
	return "", fmt.Errorf("the control group %s is not mounted", path)
}

// unescape undoes what the kernel does with spaces and the like.
func unescape(path string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(path)
}
