package manifest

import "fmt"

// A Form is how a call frame holds the values of a type. It depends on the manifest alone,
// so the host and the generated code of the plugin agree on it.
type Form uint8

// The forms.
const (
	// FormNone is the form of types whose values do not cross.
	FormNone Form = iota
	// FormWord is a scalar in one word.
	FormWord
	// FormPair is a complex128 in two words.
	FormPair
	// FormText is a string: two words.
	FormText
	// FormBulk is a slice whose elements are the same bytes on both sides, see
	// [Types.Fixed]: two words. The second word is the length in bytes.
	FormBulk
	// FormMessage is an encoded value: two words, its address or offset and its length.
	FormMessage
	// FormObject is a reference in one word. The value itself does not cross.
	FormObject
	// FormContext is a context.Context, as a parameter or result only: two words. The
	// first is a reference to the context, 0 if it is never cancelled. The second is its
	// deadline in nanoseconds since 1970, 0 for none.
	FormContext
)

// Words returns the number of words that a value takes in a frame.
func (f Form) Words() int {
	switch f {
	case FormNone:
		return 0
	case FormWord, FormObject:
		return 1
	}
	return 2
}

// Types are the declared types that a manifest knows, by full name.
type Types map[string]Decl

// The marshaler kinds: how values of a declared type cross, if not by their structure. See
// [Decl] and [Types.MarshalerKind].
const (
	MarshalBinary = "binary" // by MarshalBinary and UnmarshalBinary
	MarshalText   = "text"   // by MarshalText and UnmarshalText
	MarshalTime   = "time"   // time.Time
)

// Under returns the structure of a type. For a declared type that is the one of its
// declaration, or t itself if the declaration is unknown.
func (types Types) Under(t *Type) *Type {
	if t.Name == "" || t.IsError() {
		return t
	}
	if d, ok := types[t.Name]; ok && d.Type.Kind == t.Kind {
		return &d.Type
	}
	return t
}

// Form returns how values of the type cross. If they do not cross, the form is FormNone,
// and reason is the end of a sentence that begins with what has the type. Callers with
// many types use [Forms].
func (types Types) Form(t *Type) (form Form, reason string) { return NewForms(types).Form(t) }

// IsObject reports whether values of a type cross by reference: functions, channels,
// interfaces with methods except error and context.Context, structs that cannot be
// copied, and pointers to such structs.
func (types Types) IsObject(t *Type) bool {
	if types.IsKnown(t) {
		return false
	}
	u := types.Under(t)
	switch u.Kind {
	case Func, Chan:
		return true
	case Interface:
		return !t.IsError() && !t.IsContext() && (len(u.Methods) > 0 || types[t.Name].Object)
	case Struct:
		return types[t.Name].Object
	case Pointer:
		return u.Elem != nil && u.Elem.Kind == Struct && types[u.Elem.Name].Object
	}
	return false
}

// IsLive reports whether t is a pointer to anything but a struct, such as *int. What a function
// returns as one is a place that the plugin may write to later.
func (types Types) IsLive(t *Type) bool {
	u := types.Under(t)
	return u.Kind == Pointer && u.Elem != nil && types.Under(u.Elem).Kind != Struct && !types.IsKnown(t)
}

// IsKnown reports whether t is one of the types of the standard library that cannot be copied,
// but cross as values of the same type: interfaces such as http.Handler, and pointers such as
// *http.Request.
func (types Types) IsKnown(t *Type) bool {
	switch {
	case t.Kind == Interface:
		return types[t.Name].Known
	case t.Kind == Pointer && t.Name == "" && t.Elem != nil:
		return t.Elem.Kind == Struct && types[t.Elem.Name].Known
	}
	return false
}

// Plain reports whether values of a type cross without references to objects.
func (types Types) Plain(t *Type) bool { return NewForms(types).Plain(t) }

// reason says why values of a type cannot cross in a message, or "".
func (s *search) reason(t *Type) string {
	s.visits++
	why, known := s.failed[t.Name]
	if known && t.Name != "" {
		return why
	}
	if why = s.find(t); why != "" && t.Name != "" {
		s.failed[t.Name] = why
	}
	return why
}

func (s *search) find(t *Type) string {
	switch {
	case t.IsContext():
		return fmt.Sprintf("holds a %s, which crosses as a parameter or result only", t)
	case s.types.IsKnown(t):
		if s.plain {
			return "is known"
		}
		return ""
	case s.types.IsObject(t) && !s.plain:
		return ""
	}
	u := t
	if t.Name != "" && !t.IsError() && !t.Kind.IsScalar() && t.Kind != String {
		if s.passed[t.Name] || s.seen[t.Name] || s.types[t.Name].Marshal != "" {
			return ""
		}
		s.seen[t.Name] = true
		u = s.types.Under(t)
	}
	switch u.Kind {
	case Array, Slice, Pointer:
		return s.reason(u.Elem)
	case Map:
		if why := s.reason(u.Key); why != "" {
			return why
		}
		return s.reason(u.Elem)
	case Struct:
		return s.structReason(t, u)
	case Interface:
		if t.IsError() || len(u.Methods) == 0 && s.types.known(t) && !s.types[t.Name].Object {
			return ""
		}
		return fmt.Sprintf("has type %s, an interface with methods: its values cannot be copied", t)
	case Func, Chan:
		return fmt.Sprintf("has type %s: functions and channels cannot be copied", t)
	case UnsafePointer:
		return fmt.Sprintf("has type %s, which means nothing on the other side", t)
	case TypeParam:
		return fmt.Sprintf("has type %s, a type parameter", t)
	}
	return ""
}

func (s *search) structReason(t, u *Type) string {
	if s.types[t.Name].Object {
		return fmt.Sprintf("has type %s, which cannot be copied", t)
	}
	if !s.types.known(t) {
		return fmt.Sprintf("has type %s, whose structure is unknown", t)
	}
	for i := range u.Fields {
		f := &u.Fields[i]
		switch {
		case f.Name == "_":
		case !f.Exported:
			return fmt.Sprintf("has type %s, whose field %s is unexported: it cannot be copied", t, f.Name)
		default:
			why := s.reason(&f.Type)
			if why == "" {
				why = s.types.unsupportedField(&f.Type)
			}
			const longest = 2000 // of the way to a type that is deep inside
			if len(why) > longest {
				why = "holds a value that cannot be copied, many types further down"
			}
			if why != "" {
				return fmt.Sprintf("has type %s, whose field %s %s", t, f.Name, why)
			}
		}
	}
	return ""
}

// unsupportedField returns why a struct with a field of the type cannot be copied, or "".
// The field is part of the struct, so it cannot cross by reference.
func (types Types) unsupportedField(t *Type) string {
	u := types.Under(t)
	switch {
	case u.Kind == Array && u.Elem != nil:
		return types.unsupportedField(u.Elem)
	case u.Kind == Struct && types.IsObject(t):
		return fmt.Sprintf("has type %s, which cannot be copied", t)
	}
	return ""
}

// known reports whether the manifest has the structure of t.
func (types Types) known(t *Type) bool {
	if t.Name == "" || t.IsError() {
		return true
	}
	_, ok := types[t.Name]
	return ok
}

// MarshalerKind returns the kind of marshaler by which values of t cross, or "" if they
// cross by their structure. A structure that can be copied is preferred: it loses nothing,
// while the methods of an embedded field marshal that field only.
func (types Types) MarshalerKind(t *Type) string {
	if t.Kind != Struct || t.Name == "" {
		return ""
	}
	d := types[t.Name]
	if d.Marshal == "" {
		return ""
	}
	s := search{types: types, plain: true, failed: make(map[string]string), seen: map[string]bool{t.Name: true}}
	if s.structReason(t, &d.Type) == "" {
		return ""
	}
	return d.Marshal
}

// Fixed returns the size of a type whose values are the same bytes in the memory of both
// sides and in a message: numbers, and arrays and structs of them without padding and
// blank fields. A bool is not fixed, because only two values of its byte are valid.
func (types Types) Fixed(t *Type) (size int64, fixed bool) {
	size, _, fixed = types.fixed(t, 0)
	return size, fixed && size > 0
}

func (types Types) fixed(t *Type, depth int) (size, align int64, fixed bool) {
	switch t.Kind {
	case Int8, Uint8:
		return 1, 1, true
	case Int16, Uint16:
		return 2, 2, true
	case Int32, Uint32, Float32:
		return 4, 4, true
	case Int, Int64, Uint, Uint64, Uintptr, Float64:
		return 8, 8, true // this project knows 64-bit systems only
	case Complex64:
		return 8, 4, true
	case Complex128:
		return 16, 8, true
	}
	u := types.Under(t)
	switch {
	case depth > maxDepth:
		return 0, 0, false
	case u.Kind == Array && u.Elem != nil:
		size, align, fixed = types.fixed(u.Elem, depth+1)
		if u.Len < 0 || size > 0 && u.Len > maxFixed/size {
			return 0, 0, false
		}
		return size * u.Len, align, fixed
	case u.Kind == Struct && u.Fields != nil && !types.IsObject(t) && types.MarshalerKind(t) == "":
		align = 1
		for i := range u.Fields {
			f := &u.Fields[i]
			n, a, ok := types.fixed(&f.Type, depth+1)
			if !ok || n == 0 || !f.Exported || size%a != 0 || size > maxFixed {
				return 0, 0, false
			}
			size, align = size+n, max(align, a)
		}
		return size, align, size%align == 0
	}
	return 0, 0, false
}

// maxFixed bounds the size of a type in memory, so that a damaged manifest causes no
// overflow.
const maxFixed = 1 << 30
