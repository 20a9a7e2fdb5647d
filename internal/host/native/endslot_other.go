//go:build !windows

package native

// A callbackSlot is of libraries on Windows.
type callbackSlot struct{}

func (l *Library) endingSlot() *callbackSlot { return nil }

// hostEntry is the address that the library calls to make a callback.
func (l *Library) hostEntry() uintptr { return Entry() }
