package objects

import "fmt"

// A Row is copied.
type Row struct {
	N    int
	Tags map[string]string
}

// A Changer is an object of the host's.
type Changer interface {
	Change(m map[string]int, rows []Row, row *Row) error
}

// ChangeBy returns what a func of the host's has left of the plugin's values: a map and a map
// within it, rows, a row, and the map in an any.
func ChangeBy(f func(m map[string]any, rows []Row, row *Row, v any) error) (string, error) {
	inner, v := map[string]any{"a": 1}, map[string]int{"v": 1}
	m, rows, row := map[string]any{"in": inner, "gone": 1}, []Row{{1, nil}, {2, map[string]string{"x": "1"}}}, &Row{N: 3}
	tags := rows[1].Tags
	err := f(m, rows, row, v)
	return fmt.Sprint(m, inner, rows, tags, *row, v), err
}

// ChangeByObject is ChangeBy for a method of an interface.
func ChangeByObject(c Changer) (string, error) {
	m, rows, row := map[string]int{"a": 1}, []Row{{1, nil}}, &Row{N: 2}
	err := c.Change(m, rows, row)
	return fmt.Sprint(m, rows, *row), err
}

// ChangeByAny is ChangeBy for a func, or a value with a method Change, that came in an any.
func ChangeByAny(f any) string {
	m, list := map[string]any{"a": 1}, []string{"x", "y"}
	switch f := f.(type) {
	case func(map[string]any, []string):
		f(m, list)
	case interface {
		Change(map[string]any, []string)
	}:
		f.Change(m, list)
	default:
		return fmt.Sprintf("%T", f)
	}
	return fmt.Sprint(m, list)
}

// ChangeTwice calls a func of the host's, which calls back the plugin, which changes the map too.
func ChangeTwice(f func(m map[string]int)) string {
	changed = map[string]int{"a": 1, "b": 1}
	f(changed)
	return fmt.Sprint(changed)
}

var changed map[string]int

// ChangeNow changes the map of ChangeTwice.
func ChangeNow() { changed["b"]++ }
