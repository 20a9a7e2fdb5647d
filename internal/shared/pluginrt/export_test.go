package pluginrt

import (
	"testing"
	"unsafe"
)

func TestRefuseBytes(t *testing.T) {
	b := []byte("x")
	tests := []struct {
		name string
		p    unsafe.Pointer
		n    int64
		want string
	}{
		{"bytes", unsafe.Pointer(&b[0]), 1, ""},
		{"empty", unsafe.Pointer(&b[0]), 0, ""},
		{"nil", nil, 0, ""},
		{"negative", unsafe.Pointer(&b[0]), -1, "p has the length -1, which no value in memory can have"},
		{"huge", unsafe.Pointer(&b[0]), 1 << 62, "p has the length 4611686018427387904, which no value in memory can have"},
		{"data is missing", nil, 3, "p has the length 3, and its data is NULL"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(RefuseBytes(test.p, test.n, "p")); got != test.want {
				t.Errorf("RefuseBytes gives %q, want %q", got, test.want)
			}
		})
	}
}
