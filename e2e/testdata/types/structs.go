package types

// An Order is a struct with most of what structs have.
type Order struct {
	ID       int64
	Customer string
	Lines    []Line
	Tags     map[string]string
	Paid     bool
}

// A Line has padding.
type Line struct {
	SKU   string
	Qty   int32
	Price float64
}

// A Key is a struct that can be a key.
type Key struct {
	A string
	B int8
	C [2]bool
}

// A Pixel is nothing but scalars, without padding.
type Pixel struct{ R, G, B, A uint8 }

// Padded is nothing but scalars, with padding.
type Padded struct {
	A int8
	B int64
	C bool
}

// A Particle holds arrays and structs of scalars.
type Particle struct {
	Position, Speed Vector
	Colour          Pixel
	Spin            float32
}

// Blank has fields without a name.
type Blank struct {
	A int8
	_ [7]byte
	B int64
	_ func()
	C string
}

// Empty has no fields.
type Empty struct{}

// Base is embedded.
type Base struct {
	ID   int
	Note string
}

// Describe is promoted to types that embed a Base.
func (b Base) Describe() string { return b.Note }

// Derived embeds a struct, a pointer to one, and a scalar.
type Derived struct {
	Base
	*Line
	Label
	Name string
}

// Tagged has tags.
type Tagged struct {
	Name string `json:"name,omitempty" xml:"n"`
	Size int    `json:"size"`
}

// Outer nests structs without a name.
type Outer struct {
	Inner struct {
		Deep struct{ Values []struct{ X, Y int } }
		More *struct{ Text string }
	}
	Pair [2]struct{ L, R Label }
	By   map[struct{ X, Y int }]struct{}
}

// A Pair is generic.
type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

// A List is generic, and contains itself.
type List[T any] struct {
	Value T
	Next  *List[T]
}

// Single is a struct of one pointer.
type Single struct{ P *int }

// Lone is a struct of one map.
type Lone struct{ M map[string]int }

func PassOrder(v Order) Order                                 { return v }
func PassOrders(v []Order) []Order                            { return v }
func PassPointer(v *Order) *Order                             { return v }
func PassKey(v Key) Key                                       { return v }
func PassPixel(v Pixel) Pixel                                 { return v }
func PassPixels(v []Pixel) []Pixel                            { return v }
func PassPadded(v []Padded) []Padded                          { return v }
func PassParticles(v []Particle) []Particle                   { return v }
func PassBlank(v Blank) Blank                                 { return v }
func PassBlanks(v []Blank) []Blank                            { return v }
func PassEmpty(v Empty) Empty                                 { return v }
func PassEmpties(v map[Empty][]Empty) map[Empty][]Empty       { return v }
func PassDerived(v Derived) Derived                           { return v }
func PassTagged(v Tagged) Tagged                              { return v }
func PassOuter(v Outer) Outer                                 { return v }
func PassSingle(v Single) Single                              { return v }
func PassLone(v Lone) Lone                                    { return v }
func PassAnonymous(v struct{ X, Y int }) struct{ X, Y int }   { return v }
func PassPair(v Pair[string, []Line]) Pair[string, []Line]    { return v }
func PassPairs(v []Pair[Key, *Celsius]) []Pair[Key, *Celsius] { return v }
func PassList(v *List[Label]) *List[Label]                    { return v }
func PassNested(v Pair[Label, Pair[int, Pair[bool, Empty]]]) Pair[Label, Pair[int, Pair[bool, Empty]]] {
	return v
}

// Raise changes an order throughout.
func Raise(v Order) Order {
	v.ID = -v.ID
	v.Customer += "!"
	for i := range v.Lines {
		v.Lines[i].Qty *= 2
		v.Lines[i].Price += 0.5
	}
	if v.Tags != nil {
		v.Tags["raised"] = "yes"
	}
	v.Paid = !v.Paid
	return v
}

// Brighten changes pixels, which travel as memory.
func Brighten(v []Pixel) []Pixel {
	for i := range v {
		v[i].R, v[i].A = v[i].R+1, 255-v[i].A
	}
	return v
}

// Move changes particles.
func Move(v []Particle) []Particle {
	for i := range v {
		for j := range v[i].Position {
			v[i].Position[j] += v[i].Speed[j]
		}
	}
	return v
}

// Exchange makes a pair of another instance.
func Exchange(v Pair[string, int]) Pair[int, string] { return Pair[int, string]{v.Value, v.Key} }

// Describe uses what is embedded.
func Describe(v Derived) string { return v.Describe() + v.SKU + string(v.Label) + v.Name }

// Cut returns the order without its lines.
func Cut(v *Order) *Order {
	if v != nil {
		v.Lines = nil
	}
	return v
}

// Total is a method of a type that crosses by value.
func (v Order) Total() (sum float64) {
	for _, l := range v.Lines {
		sum += float64(l.Qty) * l.Price
	}
	return sum
}

// Add is a method that changes its receiver: the plugin's copy.
func (v *Order) Add(lines ...Line) (int, error) {
	if v == nil {
		return 0, ErrPlain
	}
	v.Lines = append(v.Lines, lines...)
	return len(v.Lines), nil
}

// Fahrenheit is a method of a scalar.
func (c Celsius) Fahrenheit() float64 { return float64(c)*9/5 + 32 }

// Len is a method of a map.
func (t Table) Len() int { return len(t) }
