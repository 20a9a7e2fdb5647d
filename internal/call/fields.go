package call

import (
	"errors"
	"fmt"
	"reflect"
)

// BindFields binds the func fields of the struct that target points to.
func BindFields(e *Exports, target any) error {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("plugin %s: cannot bind to %T; pass a pointer to a struct of funcs", e.manifest.Package, target)
	}
	v = v.Elem()
	t := v.Type()
	bound := make(map[int]*Binding)
	var errs []error
	for i := range t.NumField() {
		f := t.Field(i)
		name, tagged := f.Tag.Lookup("plugin")
		switch {
		case name == "-" || !f.IsExported() && !tagged:
			continue
		case f.Type.Kind() != reflect.Func && !tagged:
			continue
		case f.Type.Kind() != reflect.Func || !f.IsExported():
			errs = append(errs, fmt.Errorf("plugin %s: field %s of %s has the tag plugin, but is no exported func field", e.manifest.Package, f.Name, t))
			continue
		case name == "":
			name = f.Name
		}
		b, err := e.Bind(name, f.Type)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		bound[i] = b
	}
	if errs != nil {
		return errors.Join(errs...)
	}
	if len(bound) == 0 {
		return fmt.Errorf("plugin %s: %s has no exported func field to bind", e.manifest.Package, t)
	}
	for i, b := range bound {
		v.Field(i).Set(b.Make().Convert(t.Field(i).Type))
	}
	return nil
}
