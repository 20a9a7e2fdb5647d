package object

import "reflect"

// An API converts between an [Object] and the type that the root package has for it. The root
// package cannot be imported from here.
type API struct {
	Type   reflect.Type                // a pointer type
	Wrap   func(*Object) any           // returns a Type
	Unwrap func(v any) (*Object, bool) // undoes Wrap; false for other values, nil for a nil Type
	Proxy  func(v any) *Object         // returns what a proxy of the host's own stands for; nil for other values
}

// api is what Register set. Unit tests register nothing, and use an *Object.
var api = API{
	Type:   reflect.TypeFor[*Object](),
	Wrap:   func(o *Object) any { return o },
	Unwrap: func(v any) (*Object, bool) { o, ok := v.(*Object); return o, ok },
	Proxy: func(v any) *Object {
		if p, ok := v.(interface{ PluginObject() *Object }); ok {
			return p.PluginObject()
		}
		return nil
	},
}

// Register sets the API. The root package calls it once, while the process starts.
func Register(a API) { api = a }

// localOf returns the host's own value that an object of the root package holds.
func localOf(object any) (v any, ok bool) {
	x, ok := api.Unwrap(object)
	if !ok || x == nil || x.local == nil {
		return nil, false
	}
	return x.local, true
}
