package build

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWorkspaceIsRemoved(t *testing.T) {
	c := testCache(t)
	one, err := c.newWorkspace()
	if err != nil {
		t.Fatal(err)
	}
	two, err := c.newWorkspace()
	if err != nil {
		t.Fatal(err)
	}
	if one.dir == two.dir {
		t.Fatal("two workspaces: got one folder, want two")
	}
	write(t, filepath.Join(one.dir, "a", "b"), "x")
	c.sweep()
	if !exists(filepath.Join(one.dir, "a", "b")) || !exists(two.dir) {
		t.Fatal("a sweep: got a workspace in use removed, want it kept")
	}
	one.close()
	if exists(one.dir) || !exists(two.dir) {
		t.Error("closing one workspace: got others removed or itself left, want it alone removed")
	}
	two.close()
	entries, err := os.ReadDir(c.path("work"))
	if err != nil || len(entries) != 0 {
		t.Errorf("left behind: got %v, %v, want nothing", entries, err)
	}
}

// owner starts a process that has a workspace, and returns its folder.
func owner(t *testing.T, c cache) (cmd *exec.Cmd, end func(), dir string) {
	t.Helper()
	cmd = child(t, "workspace", c.dir)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	end = func() {
		stdin.Close()
		cmd.Wait()
	}
	t.Cleanup(end)
	return cmd, end, strings.TrimSpace(line)
}

func TestWorkspaceOfCrashedProcess(t *testing.T) {
	c := testCache(t)
	_, endOne, one := owner(t, c)
	killed, _, two := owner(t, c)
	if !exists(one) || !exists(two) {
		t.Fatalf("got no workspaces at %s and %s, want both", one, two)
	}
	c.sweep()
	if !exists(one) || !exists(two) {
		t.Fatal("a sweep: got the workspace of a live process removed, want it kept")
	}
	endOne() // exits without cleaning up
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed.Wait()
	if !exists(one) || !exists(two) {
		t.Fatal("the killed owner: got its workspaces removed, want them left")
	}
	eventually(t, "the workspaces are gone", func() bool {
		c.sweep()
		return !exists(one) && !exists(two)
	})
	if exists(one+lockSuffix) || exists(two+lockSuffix) {
		t.Error("got lock files, want none")
	}
}

func TestSweepWithoutLock(t *testing.T) {
	c := testCache(t)
	old, young := c.path("work", "old"), c.path("work", "young")
	write(t, filepath.Join(old, "x"), "")
	write(t, filepath.Join(young, "x"), "")
	past := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	c.sweep()
	if exists(old) || !exists(young) {
		t.Error("got another folder removed or the old one left, want only the old one without a lock removed")
	}
}

// eventually waits for what the system does in its own time.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after half a minute: got no change, want %s", what)
		}
	}
}
