package call

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// NotFound explains why a plugin has no function of the given name. The error wraps
// ErrNotFound.
func NotFound(m *manifest.Manifest, name string) error {
	names := make([]string, len(m.Functions))
	for i := range m.Functions {
		names[i] = m.Functions[i].Name
	}
	for i := range m.Variables {
		if m.Variables[i].Name == name {
			return fmt.Errorf("plugin %s: %w: %s is a variable; use Var", m.Package, ErrNotFound, name)
		}
	}
	for i := range m.Constants {
		if m.Constants[i].Name == name {
			return fmt.Errorf("plugin %s: %w: %s is a constant; use Const", m.Package, ErrNotFound, name)
		}
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		typ, method := strings.Trim(name[:i], "(*)"), name[i+1:]
		if hasMethod(m, typ, method) {
			return fmt.Errorf("plugin %s: %w: %s is a method of %s; use Object.Call(ctx, %q, …) of an object of that type", m.Package, ErrNotFound, method, typ, method)
		}
	}
	return missing(m, "function", name, names)
}

// hasMethod reports whether the objects of a type, named as in the plugin's package, have a
// method.
func hasMethod(m *manifest.Manifest, typ, method string) bool {
	return slices.ContainsFunc(m.Methods, func(f manifest.Function) bool {
		return f.Name == method && (f.Receiver == typ || m.OwnName(f.Receiver) == typ)
	})
}

// missing explains why name is not among the names that the plugin has.
func missing(m *manifest.Manifest, what, name string, names []string) error {
	for _, s := range m.Skipped {
		if s.Name == name {
			return fmt.Errorf("plugin %s: %w: %s is exported, but cannot be used: %s", m.Package, ErrNotFound, name, s.Reason)
		}
	}
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("plugin %s: %w: %s; did you mean %s?", m.Package, ErrNotFound, name, near)
	}
	if len(names) == 0 {
		return fmt.Errorf("plugin %s: %w: %s; it has no %ss", m.Package, ErrNotFound, name, what)
	}
	more := ""
	if n := len(names) - mostNames; n > 0 {
		names, more = names[:mostNames], fmt.Sprintf(" and %d more, which winplugin inspect lists", n)
	}
	return fmt.Errorf("plugin %s: %w: %s; it has %s%s", m.Package, ErrNotFound, name, strings.Join(names, ", "), more)
}

// mostNames bounds what an error lists.
const mostNames = 12

// nearest returns the name that the caller probably meant, or "": one that differs from name in
// case only, or else in few letters.
func nearest(name string, names []string) string {
	best, distance := "", max(1, len(name)/3)+1
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return n
		}
		if d := edits(strings.ToLower(n), strings.ToLower(name)); d < distance {
			best, distance = n, d
		}
	}
	return best
}

// edits returns the Levenshtein distance of two names.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
