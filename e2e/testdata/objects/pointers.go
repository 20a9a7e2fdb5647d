package objects

// A Box is copied.
type Box struct {
	N    int
	Tags map[string]int
	Next *Box
}

// A Shelf has boxes in its fields.
type Shelf struct {
	Name string
	Box  *Box
	Pair [2]*Box
}

// A Grade is a number with a name.
type Grade int

func (b *Box) grow() {
	if b == nil {
		return
	}
	b.N++
	b.Tags["grown"] = b.N
	if b.Next != nil && b.Next != b {
		b.Next.N += 10
	}
}

// Grow changes a box.
func Grow(b *Box) { b.grow() }

// GrowBig changes a box, which is a method.
func (b *Box) GrowBig() { b.grow() }

// GrowAll changes boxes.
func GrowAll(list ...*Box) int {
	for _, b := range list {
		b.grow()
	}
	return len(list)
}

// GrowList changes boxes.
func GrowList(list []*Box) { GrowAll(list...) }

// GrowMap changes boxes.
func GrowMap(m map[string]*Box) {
	for _, b := range m {
		b.grow()
	}
}

// GrowShelf changes boxes.
func GrowShelf(s Shelf) {
	s.Name = "lost"
	GrowAll(s.Box, s.Pair[0], s.Pair[1])
}

// GrowAny changes what it knows.
func GrowAny(list ...any) {
	for _, v := range list {
		if b, ok := v.(*Box); ok {
			b.grow()
		}
	}
}

// GrowParts changes numbers, lists and maps.
func GrowParts(n *int, g *Grade, list *[]int, m *map[string]int) {
	*n++
	*g++
	*list = append(*list, *n)
	*m = map[string]int{"n": *n}
}

// Weigh reads boxes.
func Weigh(list ...*Box) (sum int) {
	for _, b := range list {
		sum += b.N
	}
	return sum
}

// A Tray has a map and lists, and no pointers.
type Tray struct {
	Name  string
	Tags  map[string]int
	Sizes []float64
	Inner [2]struct{ List []string }
	Any   any
}

func fillTray(t *Tray) {
	t.Name = "lost"
	t.Tags["filled"] = len(t.Tags)
	for i := range t.Sizes {
		t.Sizes[i]++
	}
	t.Inner[1].List[0] = "filled"
	if m, ok := t.Any.(map[string]int); ok {
		m["filled"]++
	}
}

// FillTray writes to what the fields of a struct refer to.
//
//winplugin:inout t
func FillTray(t Tray) { fillTray(&t) }

// FillTrays writes to what the fields of structs in an array refer to.
//
//winplugin:inout t
func FillTrays(t [1]Tray) { fillTray(&t[0]) }

// GrowAndPanic changes what a pointer points to, and panics.
func GrowAndPanic(v any, code int) int {
	*v.(*int)++
	if code > 0 {
		panic("full")
	}
	return []int{}[0]
}
