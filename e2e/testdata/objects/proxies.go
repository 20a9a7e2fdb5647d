package objects

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Named has a name.
type Named interface{ Name() string }

// FromJSON decodes JSON to a value, and prints it.
func FromJSON(n Named, text string) (string, error) {
	err := json.Unmarshal([]byte(text), &n)
	return fmt.Sprintf("%s: %+v", n.Name(), n), err
}

type part string

func (p part) Name() string { return string(p) }

// Wheel returns a part as what it is used as.
func Wheel() Named { return part("wheel") }

// Parts returns values of a type that is not exported.
func Parts() []any { return []any{part("wheel")} }

// A Setting changes a text.
type Setting func(*builder)

type builder struct{ strings.Builder }

// Write returns a setting.
func Write(text string) Setting { return func(b *builder) { b.WriteString(text) } }

// Build uses settings.
func Build(settings ...Setting) string {
	b := new(builder)
	for _, set := range settings {
		set(b)
	}
	return b.String()
}
