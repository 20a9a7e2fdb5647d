package native

// In entry_windows_*.s.
var hostEntryPC uintptr

// Entry returns the address of the process's entry for callbacks.
func Entry() uintptr { return hostEntryPC }
