//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Output is logged line by line, however it is cut into writes.
func TestLines(t *testing.T) {
	long := strings.Repeat("x", mostLine)
	for _, test := range []struct {
		name   string
		writes []string
		want   []string // of each record, the level and the message
	}{
		{"lines", []string{"one\ntwo\n"}, []string{"INFO one", "INFO two"}},
		{"in pieces", []string{"o", "ne\ntw", "o\n"}, []string{"INFO one", "INFO two"}},
		{"without an end", []string{"one\ntwo"}, []string{"INFO one", "INFO two"}},
		{"of Windows", []string{"one\r\n\r\n"}, []string{"INFO one", "INFO "}},
		{"with levels", []string{"[ERROR] no\n[DEBUG] yes\n[other] x\n"}, []string{"ERROR [ERROR] no", "DEBUG [DEBUG] yes", "INFO [other] x"}},
		{"a long one", []string{long[1:], "yz\n"}, []string{"INFO " + long[1:] + "y", "INFO z"}},
		{"as long as can be", []string{long + "\n"}, []string{"INFO " + long}},
		{"nothing", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			var copied bytes.Buffer
			handler := slog.NewTextHandler(io.Discard, &slog.HandlerOptions{
				Level: slog.LevelDebug,
				ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
					switch a.Key {
					case slog.LevelKey:
						got = append(got, a.Value.String())
					case slog.MessageKey:
						got[len(got)-1] += " " + a.Value.String()
					}
					return a
				},
			})
			l := newLines(handler, "stdout", &copied)
			for _, text := range test.writes {
				if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
					t.Errorf("got %d, %v, want %d", n, err, len(text))
				}
			}
			l.end()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if got, want := copied.String(), strings.Join(test.writes, ""); got != want {
				t.Errorf("the other writer: got %q, want %q", got, want)
			}
		})
	}
}
