package object

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An object that holds a struct of the host's has its fields.
func TestLocalFields(t *testing.T) {
	type counts struct {
		Requests, Failures int
		hidden             int
	}
	tests := []struct {
		name string
		v    any
	}{
		{"value", counts{3, 1, 2}},
		{"pointer", &counts{3, 1, 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := &Object{local: test.v}
			if diff := cmp.Diff([]string{"Requests", "Failures"}, o.Fields()); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if got, err := o.Get("Requests"); got != 3 || err != nil {
				t.Errorf("Get: got %v, %v, want 3, nil", got, err)
			}
			if got, err := o.Get("hidden"); err == nil {
				t.Errorf("Get of a field that is not exported: got %v, want an error", got)
			}
		})
	}
	if got, err := (&Object{local: 3}).Get("X"); err == nil {
		t.Errorf("Get of a number: got %v, want an error", got)
	}
}
