package knowntime

import (
	"testing"
	"time"
	_ "time/tzdata"
)

// A zone that was packed and unpacked says of each hour what the original says.
func TestLocation(t *testing.T) {
	for _, name := range []string{"UTC", "Local", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca"} {
		t.Run(name, func(t *testing.T) {
			want, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			got := unpack(pack(want))
			if got.String() != want.String() {
				t.Errorf("got name %v, want %v", got, want)
			}
			for at := time.Date(1880, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2100; at = at.Add(37 * time.Hour) {
				g, w := at.In(got), at.In(want)
				if g.Format(time.RFC1123Z+" MST") != w.Format(time.RFC1123Z+" MST") || g.IsDST() != w.IsDST() {
					t.Fatalf("got %v, want %v", g, w)
				}
			}
			if again := unpack(pack(want)); again != got {
				t.Errorf("unpacking again: got another location for %v, want the same", got)
			}
		})
	}
}
