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
				t.Errorf("%s: got no such field of %d bytes, want one", runtime.Version(), f.size)
			}
		})
	}
	const name = "runtime.reentersyscall"
	at := calledBy(pcOf(entersyscall), name)
	if got := runtime.FuncForPC(at); got == nil || got.Name() != name || got.Entry() != at {
		t.Errorf("the function at %#x is %v, want %s", at, got, name)
	}
	if at := calledBy(pcOf(entersyscall), "runtime.noSuchFunction"); at != 0 {
		t.Errorf("a function that is missing: got %#x, want 0", at)
	}
	if _, ok := runtimeField("m", "noSuchField", 8); ok {
		t.Error("a field that is missing: got true, want false")
	}
	if _, ok := runtimeField("m", "ncgo", 8); ok {
		t.Error("a field of another size: got true, want false")
	}
}
