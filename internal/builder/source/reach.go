package source

import (
	"fmt"
	"go/types"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Methods of other packages' types are listed wherever a value of the type can come from.
// A mention of net/http leads to half the standard library, so there are limits. The level
// of a type counts the packages' types on the way to it: the plugin's own are at 0, and so
// is what they are made of. Near types are listed in any case, farther ones as long as
// the budget lasts, the nearest first. A method costs 2 to 4 KB of the library.
const (
	nearStruct    = 1 // the level up to which the methods of structs are near
	nearInterface = 2 // and those of interfaces, channels and functions
	farthest      = 3 // no type beyond is listed
	methodBudget  = 250
)

// LeftOut is a type whose methods are not listed, because it is too far from the package.
type LeftOut struct {
	Type    string // the full name
	Methods int
	Reason  string // as a sentence without its end
}

// A mention is a type in one of the directions in which values go.
type mention struct {
	text   string
	toHost bool
}

// A met is a type whose methods are still to be listed.
type met struct {
	t      types.Type
	toHost bool
	level  int
}

// reach decides which types' methods are listed, and in which order.
type reach struct {
	level  map[mention]int // at which a type was met, and looked through
	queue  [farthest + 2][]met
	wanted []string // by Config.Methods
	left   map[string]LeftOut
	spent  int // methods of far types
}

func newReach(wanted []string) reach {
	return reach{level: make(map[mention]int), wanted: wanted, left: make(map[string]LeftOut)}
}

// visit records a type, and reports whether it is new at that level.
func (r *reach) visit(t types.Type, toHost bool, level int) bool {
	at := mention{types.TypeString(t, (*types.Package).Path), toHost}
	if before, ok := r.level[at]; ok && before <= level {
		return false
	}
	r.level[at] = level
	return true
}

// push puts a type into the queue.
func (r *reach) push(t types.Type, toHost bool, level int) {
	i := min(level, len(r.queue)-1)
	r.queue[i] = append(r.queue[i], met{t, toHost, level})
}

// pop returns the next type to list, one of the nearest. It passes over those that are
// too far.
func (r *reach) pop() (met, bool) {
	for i := 0; i < len(r.queue); i++ {
		if len(r.queue[i]) == 0 {
			continue
		}
		at := r.queue[i][0]
		r.queue[i] = r.queue[i][1:]
		if r.admit(at) {
			return at, true
		}
		i = -1
	}
	return met{}, false
}

// admit reports whether a type is near enough, and spends what its methods cost.
func (r *reach) admit(at met) bool {
	named, _ := at.t.(*types.Named)
	near := nearInterface
	isStruct := true // or another type of values that methods are called of
	switch at.t.Underlying().(type) {
	case *types.Interface, *types.Chan, *types.Signature:
		isStruct = false
	}
	if isStruct {
		near = nearStruct
	}
	if named == nil {
		return at.level <= farthest
	}
	name := fullName(named)
	if at.level <= near || slices.Contains(r.wanted, name) {
		delete(r.left, name)
		return true
	}
	if !named.Obj().Exported() {
		return false // generated code cannot name it
	}
	n := 0
	for range exportedMethods(pointerTo(named)) {
		n++
	}
	switch {
	case isStruct && !at.toHost:
		return false // the host has none to give, unless one comes from elsewhere
	case at.level > farthest:
		r.leave(name, at.toHost, n, "it is too far from the package's own types")
	case r.spent+n > methodBudget:
		r.leave(name, at.toHost, n, fmt.Sprintf("methods of other packages' types are limited to %d", methodBudget))
	default:
		r.spent += n
		return true
	}
	return false
}

func (r *reach) leave(name string, toHost bool, n int, why string) {
	if toHost && n > 0 {
		r.left[name] = LeftOut{name, n, why}
	}
}

// leftOut returns the types whose methods were not listed.
func (r *reach) leftOut() []LeftOut {
	return slices.SortedFunc(maps.Values(r.left), func(a, b LeftOut) int { return strings.Compare(a.Type, b.Type) })
}

// find puts the types that Config.Methods names into the queue. Values of such a type may
// come in an interface, where no signature mentions it.
func (o *objects) find(names []string) (diags []Diagnostic) {
	for _, name := range names {
		t, why := o.m.lookType(name)
		if why != "" {
			diags = append(diags, o.m.diagnostic(o.m.Files[0].Syntax.Name.Pos(), "option to include methods: "+why))
			continue
		}
		o.mention(t, true, 0)
		o.push(t, true, 0)
	}
	return diags
}

// lookType returns the declared type of a full name, or why there is none.
func (m *Model) lookType(name string) (t *types.Named, why string) {
	path := packageOf(name)
	if path == "" || m.importer == nil {
		return nil, fmt.Sprintf("%q is not the full name of a type, as database/sql.Rows would be", name)
	}
	if slices.ContainsFunc(m.All(), func(p *Model) bool { return p.ImportPath == path }) {
		return nil, fmt.Sprintf("the methods of %s are included in any case", name)
	}
	pkg, err := m.importer.Import(path)
	if err != nil {
		return nil, fmt.Sprintf("package %s is not among those that package %s is built with", path, m.Name)
	}
	obj, _ := pkg.Scope().Lookup(name[len(path)+1:]).(*types.TypeName)
	if obj != nil && obj.Exported() {
		t, _ = types.Unalias(obj.Type()).(*types.Named)
	}
	if t == nil || t.TypeParams().Len() > 0 {
		return nil, fmt.Sprintf("package %s exports no type %s", path, name[len(path)+1:])
	}
	return t, ""
}

// packageOf returns the import path in the full name of a type, or "".
func packageOf(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || dot < strings.LastIndexByte(name, '/') {
		return ""
	}
	return name[:dot]
}

// exportedMethods yields the exported methods of a type, promoted ones too, by name.
func exportedMethods(t types.Type) iter.Seq[*types.Func] {
	return func(yield func(*types.Func) bool) {
		for sel := range types.NewMethodSet(t).Methods() {
			if fn, ok := sel.Obj().(*types.Func); ok && fn.Exported() && !yield(fn) {
				return
			}
		}
	}
}

// pointerTo returns the type whose method set is all that a declared type has.
func pointerTo(t *types.Named) types.Type {
	if types.IsInterface(t) {
		return t
	}
	return types.NewPointer(t)
}
