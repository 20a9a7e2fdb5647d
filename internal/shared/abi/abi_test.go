package abi

import (
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// The layouts are the contract with the bridge's C and with libraries that are
// built already: another layout needs another Version.
func TestLayout(t *testing.T) {
	got := map[string]uintptr{
		"EntryTable":             unsafe.Sizeof(EntryTable{}),
		"EntryTable.Call":        unsafe.Offsetof(EntryTable{}.Call),
		"EntryTable.Bind":        unsafe.Offsetof(EntryTable{}.Bind),
		"EntryTable.TLSOffset":   unsafe.Offsetof(EntryTable{}.TLSOffset),
		"ImageHeader":            unsafe.Sizeof(ImageHeader{}), // the pure bridge's assembly has these
		"ImageHeader.EntryTable": unsafe.Offsetof(ImageHeader{}.EntryTable),
		"ImageHeader.ExitHook":   unsafe.Offsetof(ImageHeader{}.ExitHook),
		"ImageHeader.SetEvent":   unsafe.Offsetof(ImageHeader{}.SetEvent),
		"ImageHeader.State":      unsafe.Offsetof(ImageHeader{}.State),
		"ImageHeader.Output":     unsafe.Offsetof(ImageHeader{}.Output),
		"ImageHeader.Ledger":     unsafe.Offsetof(ImageHeader{}.Ledger),
		"Ledger":                 unsafe.Sizeof(Ledger{}),
		"Ledger.Hooks":           unsafe.Offsetof(Ledger{}.Hooks),
		"Ledger.Stopping":        unsafe.Offsetof(Ledger{}.Stopping),
		"Ledger.Full":            unsafe.Offsetof(Ledger{}.Full),
		"Ledger.Vectored":        unsafe.Offsetof(Ledger{}.Vectored),
		"Ledger.Console":         unsafe.Offsetof(Ledger{}.Console),
		"Ledger.Modules":         unsafe.Offsetof(Ledger{}.Modules),
		"Ledger.Rules":           unsafe.Offsetof(Ledger{}.Rules),
		"Ledger.HooksStart":      unsafe.Offsetof(Ledger{}.HooksStart),
		"Rule":                   unsafe.Sizeof(Rule{}),
	}
	want := map[string]uintptr{
		"EntryTable": 72, "EntryTable.Call": 16, "EntryTable.Bind": 40, "EntryTable.TLSOffset": 64,
		"ImageHeader": 4296, "ImageHeader.EntryTable": 16, "ImageHeader.ExitHook": 88, "ImageHeader.SetEvent": 120, "ImageHeader.State": 152, "ImageHeader.Output": 176, "ImageHeader.Ledger": 4272,
		"Ledger": 6736, "Ledger.Hooks": 32, "Ledger.Stopping": 144, "Ledger.Full": 192, "Ledger.Vectored": 224, "Ledger.Console": 352, "Ledger.Modules": 448, "Ledger.Rules": 960, "Ledger.HooksStart": 6720,
		"Rule": 40,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("layout (-want +got):\n%s", diff)
	}
}
