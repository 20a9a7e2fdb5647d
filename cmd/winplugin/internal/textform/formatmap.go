package textform

import (
	"cmp"
	"reflect"
	"slices"
)

// An entry is an entry of a map that is being written as JSON. name is the text of its key if
// the map becomes an object, and the JSON of its key if the map becomes a list of pairs.
type entry struct {
	name       string
	key, value reflect.Value
}

func appendMap(b []byte, r reflect.Value, depth int) ([]byte, error) {
	object := isName(r.Type().Key())
	entries, err := entriesOf(r, object, depth)
	if err != nil {
		return b, err
	}
	open, end := byte('['), byte(']')
	if object {
		open, end = '{', '}'
	}
	b = append(b, open)
	for i, e := range entries {
		b = comma(b, i)
		if object {
			b = append(append(b, quoted(e.name)...), ':')
		} else {
			b = append(append(append(b, '['), e.name...), ',')
		}
		if b, err = appendJSON(b, e.value, depth+1); err != nil {
			return b, err
		}
		if !object {
			b = append(b, ']')
		}
	}
	return append(b, end), nil
}

func entriesOf(r reflect.Value, object bool, depth int) ([]entry, error) {
	entries := make([]entry, 0, r.Len())
	for it := r.MapRange(); it.Next(); {
		e := entry{key: it.Key(), value: it.Value()}
		var err error
		if object {
			e.name, err = Format(e.key.Interface())
		} else {
			var key []byte
			key, err = appendJSON(nil, e.key, depth+1)
			e.name = string(key)
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b entry) int {
		switch {
		case a.key.CanInt():
			return cmp.Compare(a.key.Int(), b.key.Int())
		case a.key.CanUint():
			return cmp.Compare(a.key.Uint(), b.key.Uint())
		case a.key.CanFloat():
			return cmp.Compare(a.key.Float(), b.key.Float())
		}
		return cmp.Compare(a.name, b.name)
	})
	return entries, nil
}

// isName reports whether the keys of a map can be names in a JSON object.
func isName(rt reflect.Type) bool {
	return rt.Kind() == reflect.String || rt.Kind() <= reflect.Complex128 || rt.Implements(textMarshaler)
}
