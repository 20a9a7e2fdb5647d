package known

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"runtime"
)

// What follows asks values of the host for the methods of interfaces.

// Value returns what a driver.Valuer stores.
func Value(v any) (string, error) {
	valuer, ok := v.(driver.Valuer)
	if !ok {
		return "", fmt.Errorf("a %T is no driver.Valuer", v)
	}
	value, err := valuer.Value()
	return fmt.Sprintf("%T %v", value, value), err
}

// Scan fills a sql.Scanner.
func Scan(v any, from any) error {
	scanner, ok := v.(sql.Scanner)
	if !ok {
		return fmt.Errorf("a %T is no sql.Scanner", v)
	}
	return scanner.Scan(from)
}

// Flags parses a command line that sets a flag.Value.
func Flags(v any, args ...string) (string, error) {
	value, ok := v.(flag.Value)
	if !ok {
		return "", fmt.Errorf("a %T is no flag.Value", v)
	}
	set := flag.NewFlagSet("plugin", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Var(value, "v", "a value")
	err := set.Parse(args)
	return value.String(), err
}

// LogLine logs a value as text.
func LogLine(v any) string {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}})).Info("m", "v", v)
	return b.String()
}

// Yaml returns what a value's method MarshalYAML returns.
func Yaml(v any) (string, error) {
	m, ok := v.(interface{ MarshalYAML() (any, error) })
	if !ok {
		return "", fmt.Errorf("a %T has no MarshalYAML", v)
	}
	value, err := m.MarshalYAML()
	return fmt.Sprintf("%T %v", value, value), err
}

// Heap is how many bytes the plugin uses.
func Heap() uint64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
