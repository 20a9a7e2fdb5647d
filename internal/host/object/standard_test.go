package object

import (
	"reflect"
	"testing"
)

func TestStandardProxiesHaveMethodsOfInterfaces(t *testing.T) {
	for rt, proxy := range standard {
		t.Run(rt.String(), func(t *testing.T) {
			pointer := reflect.PointerTo(proxy)
			if !pointer.Implements(rt) {
				t.Fatalf("%v does not implement %v, want it to", pointer, rt)
			}
			if got, want := pointer.NumMethod(), rt.NumMethod()+reflect.TypeFor[*remote]().NumMethod(); got != want {
				t.Errorf("got %d exported methods, want %d: those of the interface and of *remote", got, want)
			}
			if first := proxy.Field(0).Type; first != reflect.TypeFor[*remote]() {
				t.Errorf("the first field is a %v, want a *remote", first)
			}
		})
	}
}
