package e2e

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
)

// A price has the methods that databases, flags, loggers and YAML ask for.
type price struct{ cents int64 }

func (p price) Value() (driver.Value, error) {
	if p.cents < 0 {
		return nil, errors.New("a negative price")
	}
	return p.cents, nil
}
func (p *price) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a %T is no price", v)
	}
	p.cents = n
	return nil
}
func (p *price) String() string { return fmt.Sprintf("%d ct", p.cents) }
func (p *price) Set(s string) error {
	_, err := fmt.Sscanf(s, "%d", &p.cents)
	return err
}
func (p price) LogValue() slog.Value {
	if p.cents == 0 {
		return slog.StringValue("free")
	}
	return slog.GroupValue(slog.Int64("cents", p.cents), slog.Bool("cheap", p.cents < 100))
}
func (p price) MarshalYAML() (any, error) { return map[string]int64{"cents": p.cents}, nil }

// logLine is what the plugin's LogLine does.
func logLine(v any) string {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}})).Info("m", "v", v)
	return b.String()
}

// Methods of values of the host behind any are called for the plugin, and their results and
// errors arrive.
func TestForwardedMethods(t *testing.T) {
	p := known(t)
	get := func(function string, args ...any) (string, error) {
		results, err := p.Call(context.Background(), function, args...)
		if err != nil {
			return "", err
		}
		return results[0].(string), nil
	}
	scanned, set := price{}, price{}
	ownFlags := flag.NewFlagSet("host", flag.ContinueOnError)
	ownFlags.SetOutput(io.Discard)
	ownFlags.Var(new(price), "v", "a value")
	tests := []struct {
		name string
		use  func() (string, error)
		want string
		fail string // part of the error
	}{
		{"driver.Valuer", func() (string, error) { return get("Value", price{7}) }, "int64 7", ""},
		{"driver.Valuer of a pointer", func() (string, error) { return get("Value", &price{8}) }, "int64 8", ""},
		{"driver.Valuer fails", func() (string, error) { return get("Value", price{-1}) }, "", "a negative price"},
		{"sql.Scanner", func() (string, error) {
			_, err := p.Call(context.Background(), "Scan", &scanned, int64(9))
			return fmt.Sprint(scanned.cents), err
		}, "9", ""},
		{"sql.Scanner fails", func() (string, error) {
			_, err := p.Call(context.Background(), "Scan", &scanned, "x")
			return "", err
		}, "", "a string is no price"},
		{"flag.Value", func() (string, error) {
			text, err := get("Flags", &set, "-v", "12")
			return text + fmt.Sprint(set.cents), err
		}, "12 ct12", ""},
		{"flag.Value fails", func() (string, error) { return get("Flags", &set, "-v", "x") }, "", "invalid value"},
		{"slog.LogValuer", func() (string, error) { return get("LogLine", price{}) }, logLine(price{}), ""},
		{"slog.LogValuer of a group", func() (string, error) { return get("LogLine", price{50}) }, logLine(price{50}), ""},
		{"slog.LogValuer of a pointer", func() (string, error) { return get("LogLine", &price{500}) }, logLine(&price{500}), ""},
		{"yaml.Marshaler", func() (string, error) { return get("Yaml", price{7}) }, "map[string]int64 map[cents:7]", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.use()
			switch {
			case test.fail != "":
				if err == nil || !strings.Contains(err.Error(), test.fail) {
					t.Errorf("got error %v, want one with %q in it", err, test.fail)
				}
			case err != nil || got != test.want:
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// A plugin that uses packages log/slog and database/sql/driver, without mentioning them in a
// signature, calls the methods of their interfaces as well.
func TestForwardedMethodsInside(t *testing.T) {
	p := objects(t)
	for _, v := range []price{{}, {50}, {500}} {
		t.Run(fmt.Sprintf("%d cents", v.cents), func(t *testing.T) {
			if got, want := call(t, p, "LogLine", v)[0], logLine(v); got != want {
				t.Errorf("log of %v: got %q, want %q", v, got, want)
			}
			if got, want := call(t, p, "Value", &v)[0], fmt.Sprintf("int64 %d", v.cents); got != want {
				t.Errorf("value of %v: got %q, want %q", v, got, want)
			}
		})
	}
}
