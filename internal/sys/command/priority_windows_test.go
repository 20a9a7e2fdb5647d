package command

import "golang.org/x/sys/windows"

// low reports whether this process has a lower priority than the usual one.
func low() bool {
	class, err := windows.GetPriorityClass(windows.CurrentProcess())
	return err == nil && class == windows.BELOW_NORMAL_PRIORITY_CLASS
}

func hasPriorities() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil
}
