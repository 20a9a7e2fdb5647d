package detect

import (
	"errors"
	"slices"
)

// Installable says whether the installation of Go or of a C compiler would fix the error
// that [Find] returned for cfg. Neither does if the user has named an unsuitable tool, or if
// a setting, the disk or the plugin's own files are the cause. Installable starts no process.
func Installable(cfg Config, found *Toolchain, err error) (goCommand, compiler bool) {
	e := new(Error)
	if !errors.As(err, &e) {
		return false, false
	}
	if found == nil {
		// The cause of a failing go command may be a go.mod.
		return cfg.Go == "" && (e.Err == nil || e.Trap == TrapGoVersion), false
	}
	for _, named := range newFinder(cfg).namedCompilers() {
		if named.binding {
			return false, false
		}
	}
	return false, cfg.NeedC && !general(e.Err)
}

// general reports whether err contains a problem that is not one of a compiler.
func general(err error) bool {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		return slices.ContainsFunc(list.Unwrap(), general)
	}
	p := new(Problem)
	return errors.As(err, &p) && p.general
}

// Winget is the command that installs a package of Windows' package manager. The flags
// are those of its unattended mode.
func Winget(id string) []string {
	return []string{"winget", "install", "--id", id, "--accept-package-agreements", "--accept-source-agreements", "--silent"}
}

// RemedyGo is the command that installs Go on this system.
func RemedyGo(cfg Config) string { return remedyGo(newFinder(cfg).env) }

// RemedyC is the command that installs a C compiler for cfg's target on this system.
func RemedyC(cfg Config) string {
	f := newFinder(cfg)
	return remedyCC(f.env, f.GOOS, f.GOARCH)
}
