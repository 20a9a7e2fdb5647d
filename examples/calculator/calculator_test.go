package calculator

import (
	"errors"
	"hash/fnv"
	"testing"
)

// A plugin is tested as any package is: without a host.

func TestExecute(t *testing.T) {
	if got := Execute(10, 20); got != 30 {
		t.Errorf("Execute(10, 20) = %d, want 30", got)
	}
}

func TestDivide(t *testing.T) {
	if got, err := Divide(1, 4); got != 0.25 || err != nil {
		t.Errorf("Divide(1, 4) = %v, %v; want 0.25", got, err)
	}
	if _, err := Divide(1, 0); !errors.Is(err, ErrDivisionByZero) {
		t.Errorf("Divide(1, 0): error %v, want ErrDivisionByZero", err)
	}
}

func TestSplit(t *testing.T) {
	if q, r := Split(-7, 2); q != -3 || r != -1 {
		t.Errorf("Split(-7, 2) = %d, %d; want -3, -1", q, r)
	}
}

func TestGreet(t *testing.T) {
	for name, want := range map[string]string{
		"Ada":  "Hello, Ada!",
		"":     "Hello, world!",
		"Jürg": "Hello, Jürg!",
	} {
		t.Run(name, func(t *testing.T) {
			if got := Greet(name); got != want {
				t.Errorf("Greet(%q) = %q, want %q", name, got, want)
			}
		})
	}
}

func TestChecksum(t *testing.T) {
	for _, data := range []string{"", "a", "plug-in\x00"} {
		t.Run(data, func(t *testing.T) {
			hash := fnv.New32a()
			hash.Write([]byte(data))
			if got, want := Checksum([]byte(data)), hash.Sum32(); got != want {
				t.Errorf("Checksum(%q) = %#x, want %#x", data, got, want)
			}
		})
	}
}

func TestReverse(t *testing.T) {
	data := []byte{1, 2, 3}
	if got := Reverse(data); string(got) != "\x03\x02\x01" || data[0] != 1 {
		t.Errorf("Reverse: got %v and left %v, want 3, 2, 1, and the data unchanged", got, data)
	}
}
