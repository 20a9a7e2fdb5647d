package call

import (
	"errors"
	"fmt"
	"reflect"
)

// BindFields binds the func fields of the struct that target points to, to functions of
// the plugin.
func (e *Exports) BindFields(target any) error {
	return BindFields(e.manifest.Package, target, e.Bind)
}

// BindFields binds the func fields of the struct that target points to, each by bind.
func BindFields(plugin string, target any, bind func(name string, t reflect.Type) (*Binding, error)) error {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("plugin %s: cannot bind to %T; pass a pointer to a struct of funcs", plugin, target)
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
			errs = append(errs, fmt.Errorf("plugin %s: field %s of %s has the tag plugin, but is no exported func field", plugin, f.Name, t))
			continue
		case name == "":
			name = f.Name
		}
		b, err := bind(name, f.Type)
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
		return fmt.Errorf("plugin %s: %s has no exported func field to bind", plugin, t)
	}
	for i, b := range bound {
		v.Field(i).Set(b.Make().Convert(t.Field(i).Type))
	}
	return nil
}
