package e2e

import (
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A pointer to a type that is encoded by its own methods is written to as others are, by a
// method that gets it in an any.
func TestPointerToTime(t *testing.T) {
	p := objects(t)
	var at time.Time
	loader := call(t, p, "NewLoader", map[string]any{"Result": &at})[0].(*winplugin.Object)
	want := time.Date(2024, 2, 29, 12, 30, 0, 0, time.UTC)
	if _, err := loader.Call(t.Context(), "Load", `"2024-02-29T12:30:00Z"`); err != nil || !at.Equal(want) {
		t.Errorf("got %v, error %v, want %v", at, err, want)
	}
}
