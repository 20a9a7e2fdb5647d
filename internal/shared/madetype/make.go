//go:build go1.22

package madetype

import (
	"fmt"
	"reflect"
	"sort"
	"sync"
	"unsafe"
)

// A Type is a type under construction. It can be used before it is complete, but values
// of it must not exist until then.
type Type struct {
	typ     *rtype
	pointer *elemType
	value   *methods // of the type, which has no more than the pointer to it
	address *methods // of the pointer to it
	path    string
}

// A Method is one of a made type's methods.
type Method struct {
	Name    string
	Type    reflect.Type // the func type without the receiver
	Pointer bool         // only the pointer to the type has it

	// Func is called with the address of the value in the place of the receiver, and
	// Address for a receiver that is a pointer, unless it is nil.
	Func    func(receiver unsafe.Pointer, args []reflect.Value) []reflect.Value
	Address func(receiver unsafe.Pointer, args []reflect.Value) []reflect.Value
}

// kept has the descriptors that were made. Values and the runtime's tables refer to them, so
// they are never freed.
var kept struct {
	sync.Mutex
	types []any
	count uint32
}

func keep(list ...any) uint32 {
	kept.Lock()
	defer kept.Unlock()
	kept.types = append(kept.types, list...)
	kept.count++
	return kept.count
}

// Declare makes a type whose underlying type is that of base: a struct, array, slice,
// map, string, bool or number. name is as it is printed, "main.Order". path is the
// import path of its package. If named is false, the type is printed so but has no name.
// Check must have returned nil.
func Declare(base reflect.Type, name, path string, named bool) (*Type, error) {
	t := &Type{path: path}
	var p unsafe.Pointer
	switch from := unsafe.Pointer(header(base)); base.Kind() {
	case reflect.Struct:
		made := new(struct {
			structType
			methods
		})
		made.structType = *(*structType)(from)
		made.fields = append([]structField(nil), made.fields...)
		made.pkgPath = nameOf(path, "", false, false)
		p, t.value = unsafe.Pointer(made), &made.methods
		keep(made)
	case reflect.Slice:
		made := new(struct {
			elemType
			methods
		})
		made.elemType = *(*elemType)(from)
		p, t.value = unsafe.Pointer(made), &made.methods
		keep(made)
	case reflect.Array:
		made := new(struct {
			arrayType
			methods
		})
		made.arrayType = *(*arrayType)(from)
		p, t.value = unsafe.Pointer(made), &made.methods
		keep(made)
	case reflect.Map:
		p, t.value = declareMap(from)
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Pointer, reflect.UnsafePointer:
		return nil, fmt.Errorf("madetype: a declared type cannot be made of %s", base)
	default:
		made := new(struct {
			rtype
			methods
		})
		made.rtype = *(*rtype)(from)
		p, t.value = unsafe.Pointer(made), &made.methods
		keep(made)
	}
	t.typ = (*rtype)(p)
	pointer := new(struct {
		elemType
		methods
	})
	pointer.elemType = *(*elemType)(unsafe.Pointer(header(reflect.TypeFor[*int]())))
	pointer.elem = t.typ
	t.pointer, t.address = &pointer.elemType, &pointer.methods
	count := keep(pointer)

	t.typ.rename(name, path, t.value, count*2)
	t.pointer.rename("*"+name, path, t.address, count*2+1)
	t.pointer.tflag &^= tflagNamed
	if !named {
		t.typ.tflag &^= tflagNamed
	}
	t.typ.ptrToThis = addReflectOff(unsafe.Pointer(pointer))
	return t, nil
}

// rename gives the descriptor of a new type its name and no methods.
func (t *rtype) rename(name, path string, m *methods, count uint32) {
	t.tflag = t.tflag&^tflagExtraStar | tflagNamed | tflagUncommon
	t.hash ^= count * 0x9e37_79b1
	t.str = addReflectOff(unsafe.Pointer(nameOf(name, "", true, false)))
	t.ptrToThis = 0
	m.u = uncommon{pkgPath: addReflectOff(unsafe.Pointer(nameOf(path, "", false, false))), moff: uint32(unsafe.Sizeof(uncommon{}))}
}

// Type is the type.
func (t *Type) Type() reflect.Type { return typeAt(t.typ) }

// SetField changes field i of a struct. Its type must have the kind and the size of the
// one before, and pointers in the same places.
func (t *Type) SetField(i int, f reflect.StructField) {
	to := &(*structType)(unsafe.Pointer(t.typ)).fields[i]
	to.name = nameOf(f.Name, string(f.Tag), f.PkgPath == "", f.Anonymous)
	to.typ = header(f.Type)
}

// SetElem changes the type of the elements of a slice, array or map, as SetField does for
// fields.
func (t *Type) SetElem(elem reflect.Type) {
	switch typeAt(t.typ).Kind() {
	case reflect.Slice:
		(*elemType)(unsafe.Pointer(t.typ)).elem = header(elem)
	case reflect.Array:
		a := (*arrayType)(unsafe.Pointer(t.typ))
		a.elem, a.slice = header(elem), header(reflect.SliceOf(elem))
	case reflect.Map:
		(*[2]*rtype)(unsafe.Add(unsafe.Pointer(t.typ), unsafe.Sizeof(rtype{})))[1] = header(elem)
	}
}

// SetKey changes the keys of a map, as SetField does for fields.
func (t *Type) SetKey(key reflect.Type) {
	*(**rtype)(unsafe.Add(unsafe.Pointer(t.typ), unsafe.Sizeof(rtype{}))) = header(key)
}

// SetMethods sets the methods, all of which must be exported. It is called once.
func (t *Type) SetMethods(list []Method) error {
	if len(list) > MaxMethods {
		return fmt.Errorf("madetype: %d methods are too many for a type", len(list))
	}
	list = append([]Method(nil), list...)
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	direct := isDirect(typeAt(t.typ))
	for _, m := range list {
		byAddress := m.Address
		if byAddress == nil {
			byAddress = m.Func
		}
		made, err := newMethod(m, byAddress)
		if err != nil {
			return err
		}
		t.address.add(made)
		if m.Pointer {
			continue
		}
		switch {
		case direct:
			// What an interface holds is the value itself, not its address.
			made, err = newMethod(m, func(p unsafe.Pointer, args []reflect.Value) []reflect.Value {
				v := p
				return m.Func(unsafe.Pointer(&v), args)
			})
		case m.Address != nil:
			made, err = newMethod(m, m.Func)
		}
		if err == nil && !direct {
			made.tfn, err = t.byValue(m)
		}
		if err != nil {
			return err
		}
		t.value.add(made)
	}
	return nil
}

// byValue returns the code of a method for callers that pass the receiver as a parameter
// of its type, as the Func of a reflect.Method does.
func (t *Type) byValue(m Method) (code int32, err error) {
	receiver := typeAt(t.typ)
	in := []reflect.Type{receiver}
	for i := range m.Type.NumIn() {
		in = append(in, m.Type.In(i))
	}
	out := make([]reflect.Type, m.Type.NumOut())
	for i := range out {
		out[i] = m.Type.Out(i)
	}
	address, err := stub(reflect.MakeFunc(reflect.FuncOf(in, out, m.Type.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		p := reflect.New(receiver)
		p.Elem().Set(args[0])
		return m.Func(p.UnsafePointer(), args[1:])
	}))
	if err != nil {
		return 0, err
	}
	return addReflectOff(address), nil
}

// newMethod returns a method that calls f.
func newMethod(m Method, f func(unsafe.Pointer, []reflect.Value) []reflect.Value) (method, error) {
	address, err := stub(receiving(m.Type, f))
	if err != nil {
		return method{}, err
	}
	code := addReflectOff(address)
	return method{
		name: addReflectOff(unsafe.Pointer(nameOf(m.Name, "", true, false))),
		mtyp: addReflectOff(unsafe.Pointer(header(m.Type))),
		ifn:  code, tfn: code,
	}, nil
}

func (m *methods) add(made method) {
	m.m[m.u.mcount] = made
	m.u.mcount++
	m.u.xcount++
}

// receiving returns a func that takes an address before the parameters of t.
func receiving(t reflect.Type, f func(unsafe.Pointer, []reflect.Value) []reflect.Value) reflect.Value {
	in := []reflect.Type{reflect.TypeFor[unsafe.Pointer]()}
	for i := range t.NumIn() {
		in = append(in, t.In(i))
	}
	out := make([]reflect.Type, t.NumOut())
	for i := range out {
		out[i] = t.Out(i)
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, t.IsVariadic()), func(args []reflect.Value) []reflect.Value {
		return f(args[0].UnsafePointer(), args[1:])
	})
}

// isDirect reports whether an interface holds values of the type without indirection.
func isDirect(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Map:
		return true
	case reflect.Struct, reflect.Array:
		if t.Size() != unsafe.Sizeof(uintptr(0)) {
			return false
		}
		v := reflect.Zero(t).Interface()
		return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] == nil
	}
	return false
}
