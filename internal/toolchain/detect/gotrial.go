package detect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// checkGo returns what is wrong with the go command if it cannot build a program without
// cgo. flags is GOFLAGS=…, or "" for the user's own setting.
func (f *finder) checkGo(ctx context.Context, t *Toolchain, dir, flags string) *Problem {
	without := *t
	without.CC, without.ccArgs = "", nil
	env := append(without.Env(), "GOWORK=off")
	if flags != "" {
		env = append(env, flags)
	}
	source, program := filepath.Join(dir, "program.go"), filepath.Join(dir, "program.exe")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return &Problem{Path: dir, Message: "cannot be written: " + err.Error(), general: true, err: err}
	}
	defer os.Remove(source)
	build := func(env []string) (string, error) {
		return f.run(ctx, dir, env, t.Go, "build", "-trimpath", "-buildvcs=false", "-o", program, "program.go")
	}
	out, err := build(env)
	if err == nil {
		p := vanished(program)
		if p != nil {
			p.Remedy = f.remedy(p.Trap, program)
		}
		return p
	}
	if f.env.get("GOROOT") != "" {
		if _, err := build(append(env, "GOROOT=")); err == nil {
			p := f.setting("GOROOT", TrapGOROOT, errors.New(gist(out)))
			p.general, p.Output = true, out
			return p
		}
	}
	p := f.explain(t.Go, "does not build a program: "+gist(out), out, err)
	if p.Trap == "" && !p.general {
		p.Remedy = remedyGo(f.env)
	}
	p.general = true
	return p
}

// vanished returns a problem if an antivirus program has removed a finished file. Other
// errors are left to the code that uses the file, because a scanner may have it open for a
// moment.
func vanished(file string) *Problem {
	in, err := os.Open(file)
	if err == nil {
		in.Close()
		return nil
	}
	p := &Problem{Trap: TrapAntivirus, Path: file, general: true, err: err}
	switch {
	case infected(err):
		p.Message = "was built, and an antivirus program takes it for a virus"
	case errors.Is(err, os.ErrNotExist):
		p.Message = "was built and is gone, most likely taken by an antivirus program"
	default:
		return nil
	}
	return p
}
