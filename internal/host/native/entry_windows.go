package native

// hostEntryPC is the address of hostEntry in entry_windows_*.s.
var hostEntryPC uintptr

// Entry returns the address that libraries call to make a callback.
func Entry() uintptr { return hostEntryPC }
