package detect

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// uninstall is the path at which installers register programs. Each program has a key below it,
// with values for its name and its folder.
const uninstall = `SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall`

// installed returns the folders of the registered programs whose names begin with name: those of
// the user and of the machine, for 64 and for 32 bits.
func installed(name string) []string {
	var list []string
	for _, root := range []registry.Key{registry.CURRENT_USER, registry.LOCAL_MACHINE} {
		for _, view := range []uint32{registry.WOW64_64KEY, registry.WOW64_32KEY} {
			list = append(list, installedIn(root, uninstall, view, name)...)
		}
	}
	return list
}

func installedIn(root registry.Key, path string, view uint32, name string) []string {
	key, err := registry.OpenKey(root, path, registry.ENUMERATE_SUB_KEYS|view)
	if err != nil {
		return nil // no program is registered there, or the key may not be read
	}
	subs, _ := key.ReadSubKeyNames(-1) // as many as can be read
	key.Close()
	var list []string
	for _, sub := range subs {
		if dir := location(root, path+`\`+sub, view, name); dir != "" {
			list = append(list, dir)
		}
	}
	return list
}

// location returns the folder of the program that is registered at path, or "" if the program's
// name does not begin with name.
func location(root registry.Key, path string, view uint32, name string) string {
	key, err := registry.OpenKey(root, path, registry.QUERY_VALUE|view)
	if err != nil {
		return ""
	}
	defer key.Close()
	if display, _, err := key.GetStringValue("DisplayName"); err != nil || !strings.HasPrefix(display, name) {
		return ""
	}
	dir, _, err := key.GetStringValue("InstallLocation")
	if dir = strings.Trim(dir, `"`); err != nil || !filepath.IsAbs(dir) {
		return ""
	}
	return dir
}

// registryPath returns the folders of PATH as it is set for the machine and the
// user.
func registryPath() []string {
	return append(pathIn(registry.LOCAL_MACHINE, `SYSTEM\CurrentControlSet\Control\Session Manager\Environment`),
		pathIn(registry.CURRENT_USER, `Environment`)...)
}

func pathIn(root registry.Key, path string) []string {
	key, err := registry.OpenKey(root, path, registry.QUERY_VALUE)
	if err != nil {
		return nil
	}
	value, kind, err := key.GetStringValue("Path")
	key.Close()
	if err != nil {
		return nil
	}
	if kind == registry.EXPAND_SZ {
		if expanded, err := registry.ExpandString(value); err == nil {
			value = expanded
		}
	}
	var list []string
	for _, dir := range filepath.SplitList(value) {
		if filepath.IsAbs(dir) {
			list = append(list, dir)
		}
	}
	return list
}
