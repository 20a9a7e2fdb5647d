package environ

import (
	"os"
	"testing"
)

func TestTell(t *testing.T) {
	if !Separate {
		t.Skip("the environment is the process's")
	}
	tell := func(m *Mirror) (text string) {
		t.Helper()
		if err := m.Tell(func(b []byte) error { text = string(b); return nil }); err != nil {
			t.Fatalf("got error %v, want nil", err)
		}
		return text
	}
	t.Setenv("WINPLUGIN_TEST_A", "1")
	var m Mirror
	if got, want := tell(&m), "WINPLUGIN_TEST_A=1\x00"; got != want {
		t.Errorf("first: got %q, want %q", got, want)
	}
	if m.Changed() {
		t.Error("got true without a change, want false")
	}
	tests := []struct {
		name   string
		change func() error
		want   string
	}{
		{"set", func() error { return os.Setenv("WINPLUGIN_TEST_A", "2=3") }, "WINPLUGIN_TEST_A=2=3\x00"},
		{"same", func() error { return os.Setenv("WINPLUGIN_TEST_A", "2=3") }, ""},
		{"empty", func() error { return os.Setenv("WINPLUGIN_TEST_A", "") }, "WINPLUGIN_TEST_A=\x00"},
		{"unset", func() error { return os.Unsetenv("WINPLUGIN_TEST_A") }, "WINPLUGIN_TEST_A\x00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.change(); err != nil {
				t.Fatalf("got error %v, want nil", err)
			}
			if !m.Changed() {
				t.Error("got false after a change, want true")
			}
			if got := tell(&m); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestApply(t *testing.T) {
	t.Setenv("WINPLUGIN_TEST_A", "1")
	t.Setenv("WINPLUGIN_TEST_B", "1")
	var m Mirror
	m.Apply([]byte("WINPLUGIN_TEST_A\x00WINPLUGIN_TEST_B=x=y\x00"))
	if got, ok := os.LookupEnv("WINPLUGIN_TEST_A"); ok {
		t.Errorf("removed variable: got %q, want none", got)
	}
	if got := os.Getenv("WINPLUGIN_TEST_B"); got != "x=y" {
		t.Errorf("set variable: got %q, want %q", got, "x=y")
	}
	if b, _ := m.difference(); len(b) > 0 {
		t.Errorf("what goes back: got %q, want nothing", b)
	}
}
