package toolchain

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// uninstall lists installed programs, one a key, with their names and folders.
const uninstall = `SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall`

// installed returns the folders of the programs whose displayed name begins with
// name. Their installers write them where Windows lists what can be removed.
func installed(name string) []string {
	var list []string
	for _, root := range []registry.Key{registry.CURRENT_USER, registry.LOCAL_MACHINE} {
		for _, view := range []uint32{registry.WOW64_64KEY, registry.WOW64_32KEY} {
			key, err := registry.OpenKey(root, uninstall, registry.ENUMERATE_SUB_KEYS|view)
			if err != nil {
				continue // nothing is installed there, or it may not be read
			}
			names, _ := key.ReadSubKeyNames(-1) // what could be read
			key.Close()
			for _, sub := range names {
				if dir := location(root, uninstall+`\`+sub, view, name); dir != "" {
					list = append(list, dir)
				}
			}
		}
	}
	return list
}

// location returns the folder of the program in the key if it has the name.
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
	if err != nil || !filepath.IsAbs(strings.Trim(dir, `"`)) {
		return ""
	}
	return strings.Trim(dir, `"`)
}

// registryPath returns the folders of PATH as it is set for the machine and the
// user.
func registryPath() []string {
	var list []string
	for _, place := range []struct {
		root registry.Key
		path string
	}{
		{registry.LOCAL_MACHINE, `SYSTEM\CurrentControlSet\Control\Session Manager\Environment`},
		{registry.CURRENT_USER, `Environment`},
	} {
		key, err := registry.OpenKey(place.root, place.path, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		value, kind, err := key.GetStringValue("Path")
		key.Close()
		if err != nil {
			continue
		}
		if kind == registry.EXPAND_SZ {
			if expanded, err := registry.ExpandString(value); err == nil {
				value = expanded
			}
		}
		for _, dir := range filepath.SplitList(value) {
			if filepath.IsAbs(dir) {
				list = append(list, dir)
			}
		}
	}
	return list
}
