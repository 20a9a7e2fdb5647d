package detect

import (
	"context"
	"debug/elf"
	"debug/pe"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
)

// inspect returns what is wrong with the file of a library for the target.
func inspect(file, goos, goarch string) *Problem {
	switch goos {
	case "windows":
		return inspectPE(file, goarch)
	case "linux":
		return inspectELF(file, goarch)
	}
	return nil // the format of other systems is not known here
}

func inspectPE(file, goarch string) *Problem {
	broken := func(format string, args ...any) *Problem {
		return &Problem{Message: "builds a library that Windows would not load: " + fmt.Sprintf(format, args...)}
	}
	f, err := pe.Open(file)
	if err != nil {
		return broken("%v", err)
	}
	defer f.Close()
	want := map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_AMD64, "arm64": pe.IMAGE_FILE_MACHINE_ARM64}[goarch]
	header, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	switch {
	case f.Machine != want || !ok:
		return broken("it is for machine %#x", f.Machine)
	case f.Characteristics&pe.IMAGE_FILE_DLL == 0:
		return broken("it is no DLL")
	}
	for _, s := range f.Sections {
		// An old binutils writes such files: golang.org/issue/75077.
		if s.VirtualAddress+s.VirtualSize > header.SizeOfImage || s.Offset%header.FileAlignment != 0 {
			p := broken("section %s lies outside of it", s.Name)
			p.Trap = TrapBinutils
			return p
		}
	}
	symbols, err := f.ImportedSymbols() // "name:library.dll"
	if err != nil {
		return broken("%v", err)
	}
	for _, symbol := range symbols {
		_, dll, _ := strings.Cut(strings.ToLower(symbol), ":")
		if strings.HasPrefix(dll, "msys-") || strings.HasPrefix(dll, "cygwin") {
			return &Problem{Trap: TrapMSYS, Message: "builds libraries that need " + dll + ": it is MSYS2's own compiler, and a MinGW one is needed (the ucrt64 one)"}
		}
	}
	return nil
}

func inspectELF(file, goarch string) *Problem {
	broken := func(format string, args ...any) *Problem {
		return &Problem{Message: "builds a library that Linux would not load: " + fmt.Sprintf(format, args...)}
	}
	f, err := elf.Open(file)
	if err != nil {
		return broken("%v", err)
	}
	defer f.Close()
	want := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[goarch]
	if f.Type != elf.ET_DYN || f.Machine != want && want != elf.EM_NONE {
		return broken("it is of type %v for %v", f.Type, f.Machine)
	}
	return nil
}

// The program that loads the library of a trial. Like any host, it finds the library beside
// itself, and the DLLs that the library needs in the folders of the user's PATH.
const (
	loaderWindows = `#include <windows.h>
#include <stdio.h>

int main(void)
{
	HMODULE library = LoadLibraryA("trial.dll");
	if (!library) {
		printf("LoadLibrary: error %lu\n", GetLastError());
		return 2;
	}
	int (*add)(int, int) = (int (*)(int, int))(void *)GetProcAddress(library, "winplugin_trial");
	if (!add) {
		printf("GetProcAddress: error %lu\n", GetLastError());
		return 3;
	}
	printf("sum %d\n", add(20, 22));
	fflush(stdout);
	ExitProcess(0);
}
`
	loaderLinux = `#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	void *library = dlopen("./trial.so", RTLD_NOW);
	if (!library) {
		printf("dlopen: %s\n", dlerror());
		return 2;
	}
	int (*add)(int, int) = (int (*)(int, int))dlsym(library, "winplugin_trial");
	if (!add) {
		printf("dlsym: %s\n", dlerror());
		return 3;
	}
	printf("sum %d\n", add(20, 22));
	fflush(stdout);
	_exit(0);
}
`
	loaderAnswer = "sum 42"
)

// loadTimeout bounds the program that loads the library, because a runtime that fails to
// start may hang.
const loadTimeout = time.Minute

// load loads the library in a separate process and calls it. note says why this could not be
// tried.
func (f *finder) load(ctx context.Context, t *Toolchain, file string) (loaded bool, note string, p *Problem) {
	source := map[string]string{"windows": loaderWindows, "linux": loaderLinux}[f.GOOS]
	switch {
	case !f.native():
		return false, "it is for another system", nil
	case source == "":
		return false, "plugins are not loaded on this system", nil
	}
	dir, compiler := filepath.Dir(file), t.ccArgs[0]
	if err := os.WriteFile(filepath.Join(dir, "load.c"), []byte(source), 0o600); err != nil {
		return false, err.Error(), nil
	}
	program := filepath.Join(dir, "load"+map[bool]string{true: ".exe"}[f.GOOS == "windows"])
	args := append(t.ccArgs[1:len(t.ccArgs):len(t.ccArgs)], "load.c", "-o", program)
	if f.GOOS == "linux" {
		args = append(args, "-ldl") // part of libc since glibc 2.34, and empty there
	}
	if out, err := f.run(ctx, dir, t.Env(), compiler, args...); err != nil {
		return false, "", f.explain(compiler, "does not build a C program: "+gist(out), out, err)
	}
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	out, err := f.run(ctx, dir, f.env, program)
	switch {
	case err == nil && strings.TrimSpace(out) == loaderAnswer:
		return true, "", nil
	case command.NotStarted(err):
		return false, "the program that would load it was not started: " + err.Error(), nil
	}
	if failed := new(command.Error); errors.As(err, &failed) {
		err = failed.Err
	} else if err == nil {
		err = errors.New("it answers nonsense")
	}
	p = f.explain(compiler, fmt.Sprintf("builds a library that does not load: %s (%v)", gist(out), err), out, err)
	// The system reports ERROR_MOD_NOT_FOUND also if a DLL is missing that the library
	// needs.
	if strings.Contains(out, "LoadLibrary: error 126") {
		p.Trap, p.Remedy = TrapDLL, prepend(filepath.Dir(compiler))
		p.Message = "builds a library that needs a DLL from the compiler's folder, which is not in PATH"
	}
	return false, "", p
}
