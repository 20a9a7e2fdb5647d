package manifest

import "maps"

// Forms finds the forms of many types. It remembers which declared types cross, so that each is
// examined only once. Types may be added later, but types that it has seen must not change.
type Forms struct {
	types   Types
	crosses map[string]bool // declared types that cross, with all that they hold
	plain   map[string]bool // declared types that cross without references to objects

	unsupported, notPlain map[string]string // declared types that are not in the maps above, and why

	visits int // types that were looked at
}

// NewForms returns Forms for the types of a manifest.
func NewForms(types Types) *Forms {
	return &Forms{types: types, crosses: make(map[string]bool), plain: make(map[string]bool),
		unsupported: make(map[string]string), notPlain: make(map[string]string)}
}

// Form is [Types.Form].
func (f *Forms) Form(t *Type) (form Form, reason string) {
	switch {
	case t.Kind == Complex128:
		return FormPair, ""
	case t.Kind.IsScalar(), t.Kind == Complex64:
		return FormWord, ""
	case t.Kind == String:
		return FormText, ""
	case t.IsContext():
		return FormContext, ""
	case f.types.IsObject(t):
		return FormObject, ""
	}
	if reason := f.search(t, false, f.crosses, f.unsupported); reason != "" {
		return FormNone, reason
	}
	if u := f.types.Under(t); u.Kind == Slice {
		if _, fixed := f.types.Fixed(u.Elem); fixed {
			return FormBulk, ""
		}
	}
	return FormMessage, ""
}

// Plain is [Types.Plain].
func (f *Forms) Plain(t *Type) bool { return f.search(t, true, f.plain, f.notPlain) == "" }

// search says why values of a type cannot cross in a message, or "". If they can, all types
// that the search has met cross, and are added to passed. If not, the types on the way to the
// cause do not cross, and are added to failed.
func (f *Forms) search(t *Type, plain bool, passed map[string]bool, failed map[string]string) string {
	s := search{types: f.types, plain: plain, passed: passed, failed: failed, seen: make(map[string]bool)}
	reason := s.reason(t)
	f.visits += s.visits
	if reason == "" {
		maps.Copy(passed, s.seen)
	}
	return reason
}

// A search looks through all types that a type holds for one that cannot cross.
type search struct {
	types  Types
	plain  bool              // references to objects cannot cross
	passed map[string]bool   // declared types that are known to cross
	failed map[string]string // declared types that are known not to cross, and why
	seen   map[string]bool   // declared types that this search has met; it ends at the first that does not cross
	visits int
}
