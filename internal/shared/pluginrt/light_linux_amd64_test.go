package pluginrt

import (
	"runtime"
	"testing"
)

// The fields and functions that the light entry relies on are in this runtime.
func TestLightPlaces(t *testing.T) {
	for _, f := range lightFields {
		t.Run(f.in+"."+f.name, func(t *testing.T) {
			if _, ok := runtimeField(f.in, f.name, f.size); !ok {
				t.Errorf("%s has no such field of %d bytes", runtime.Version(), f.size)
			}
		})
	}
	const name = "runtime.reentersyscall"
	at := calledBy(pcOf(entersyscall), name)
	if got := runtime.FuncForPC(at); got == nil || got.Name() != name || got.Entry() != at {
		t.Errorf("%s is %v at %#x", name, got, at)
	}
	if at := calledBy(pcOf(entersyscall), "runtime.noSuchFunction"); at != 0 {
		t.Errorf("a function that is missing is at %#x", at)
	}
	if _, ok := runtimeField("m", "noSuchField", 8); ok {
		t.Error("a field that is missing was found")
	}
	if _, ok := runtimeField("m", "ncgo", 8); ok {
		t.Error("a field of another size was accepted")
	}
}
