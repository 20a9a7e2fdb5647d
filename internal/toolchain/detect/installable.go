package detect

import "errors"

// Installable says which installation would fix what [Find] returned for cfg: of Go, of a C
// compiler, or neither, because the user has named an unsuitable one, or because a
// setting, the disk or the plugin's own files are at fault. It starts no process.
func Installable(cfg Config, found *Toolchain, err error) (goCommand, compiler bool) {
	e := new(Error)
	if !errors.As(err, &e) {
		return false, false
	}
	if found == nil {
		// A go command that is there and fails may do so because of a go.mod.
		return cfg.Go == "" && (e.Err == nil || e.Trap == TrapGoVersion), false
	}
	for _, named := range newFinder(cfg).namedCompilers() {
		if named.binding {
			return false, false
		}
	}
	return false, cfg.NeedC && !general(e.Err)
}

// general reports whether a problem that is not a compiler's is among those in err.
func general(err error) bool {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range list.Unwrap() {
			if general(err) {
				return true
			}
		}
		return false
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
