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
