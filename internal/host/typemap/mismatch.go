package typemap

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Difference is one place where a type of the host differs from the plugin's.
type Difference struct {
	Place string // as in "Order.Lines[].Qty"; empty for the whole type
	Text  string // as in "plugin has int32, host has int"
}

func (d Difference) String() string {
	if d.Place == "" {
		return d.Text
	}
	return d.Place + ": " + d.Text
}

// A MismatchError lists where a type of the host differs from the plugin's.
type MismatchError struct {
	Differences []Difference // at least one
}

// shownDifferences is how many differences a message has.
const shownDifferences = 4

func (e *MismatchError) Error() string {
	var b strings.Builder
	for i, d := range e.Differences {
		if i == shownDifferences {
			fmt.Fprintf(&b, "; and %d more", len(e.Differences)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(d.String())
	}
	return b.String()
}

// pluginType returns a type of the plugin as errors show it: the name, and the underlying type
// of a declared type that is no struct.
func pluginType(types manifest.Types, t *manifest.Type) string {
	if t.Name == "" || t.IsError() {
		return t.String()
	}
	switch u := types.Under(t); {
	case t.Kind.IsScalar() || t.Kind == manifest.String || t.Kind == manifest.Complex64 || t.Kind == manifest.Complex128:
		return t.String() + " (" + string(t.Kind) + ")"
	case u.Kind != manifest.Struct && u != t:
		return t.String() + " (" + u.String() + ")"
	}
	return t.String()
}

// HostType is pluginType for a type of the host.
func HostType(rt reflect.Type) string {
	s := spell(rt.String())
	if rt.PkgPath() == "" || rt.Kind() == reflect.Struct {
		return s
	}
	switch rt.Kind() {
	case reflect.Slice:
		return s + " ([]" + spell(rt.Elem().String()) + ")"
	case reflect.Array:
		return fmt.Sprintf("%s ([%d]%s)", s, rt.Len(), spell(rt.Elem().String()))
	case reflect.Map:
		return s + " (map[" + spell(rt.Key().String()) + "]" + spell(rt.Elem().String()) + ")"
	case reflect.Pointer:
		return s + " (*" + spell(rt.Elem().String()) + ")"
	case reflect.Interface, reflect.Func, reflect.Chan:
		return s
	}
	return s + " (" + rt.Kind().String() + ")"
}

// spell replaces the forms that package reflect has for any and []byte.
var spell = strings.NewReplacer("interface {}", "any", "[]uint8", "[]byte").Replace

// kindOf returns the manifest's kind of a type of the host.
func kindOf(rt reflect.Type) manifest.Kind {
	switch rt.Kind() {
	case reflect.Pointer:
		return manifest.Pointer
	case reflect.UnsafePointer:
		return manifest.UnsafePointer
	}
	return manifest.Kind(rt.Kind().String()) // reflect's names are those of the manifest otherwise
}

// fullName returns the name that a type of the host would have in a manifest, "" if it is not a
// declared type.
func fullName(rt reflect.Type) string {
	if rt.PkgPath() == "" {
		return ""
	}
	return rt.PkgPath() + "." + rt.Name()
}

// shortName cuts the path and the package off a full name.
func shortName(name string) string {
	end := strings.IndexByte(name, '[') // type arguments have paths as well
	if end < 0 {
		end = len(name)
	}
	return name[strings.LastIndexAny(name[:end], "./")+1:]
}
