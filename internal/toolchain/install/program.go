package install

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
)

// setUpMSYS2 makes an MSYS2 with a compiler in the folder dir.
func (i *installer) setUpMSYS2(ctx context.Context, sfx, dir string) error {
	for _, r := range dir {
		// Its authors ask for a short path of ASCII without spaces (www.msys2.org).
		if r <= ' ' || r > '~' {
			return fmt.Errorf("MSYS2 does not work in the folder %s because of the character %q; choose llvm-mingw, or a cache folder with a plain name", dir, r)
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	i.event(Run, 0, 0)
	if err := os.Chmod(sfx, 0o700); err != nil {
		return err
	}
	if _, err := (command.Command{Path: sfx, Args: []string{"-y", "-o" + dir}}).Run(ctx); err != nil {
		return err
	}
	return Pacman(ctx, filepath.Join(dir, "msys64"), i.pin.Packages...)
}

// Pacman installs packages into an MSYS2 by its own package manager, which fetches
// them from MSYS2's servers and checks their signatures.
func Pacman(ctx context.Context, root string, packages ...string) error {
	bash := filepath.Join(root, "usr", "bin", "bash")
	env := append(os.Environ(), "MSYSTEM=UCRT64", "CHERE_INVOKING=1")
	// The first start of bash sets up keys and the home folder, and ends the shell
	// at its end.
	for _, script := range []string{"true", "pacman -Sy --needed --noconfirm " + strings.Join(packages, " ")} {
		if _, err := (command.Command{Path: bash, Args: []string{"-lc", script}, Env: env}).Run(ctx); err != nil {
			return err
		}
	}
	return nil
}
