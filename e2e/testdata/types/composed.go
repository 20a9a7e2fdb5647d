package types

// Named types that are composed.
type (
	Blob   []byte
	Names  []string
	Vector [3]float64
	Table  map[Label][]Count
	Octets []Octet
)

func Bytes(v []byte) []byte                                       { return v }
func NamedBytes(v Blob) Blob                                      { return v }
func NamedOctets(v Octets) Octets                                 { return v }
func Ints(v []int) []int                                          { return v }
func Int16s(v []int16) []int16                                    { return v }
func Floats(v []float64) []float64                                { return v }
func Complexes(v []complex128) []complex128                       { return v }
func Bools(v []bool) []bool                                       { return v }
func Strings(v []string) []string                                 { return v }
func NamedStrings(v Names) Names                                  { return v }
func SliceOfBytes(v [][]byte) [][]byte                            { return v }
func SliceOfSlices(v [][][]int32) [][][]int32                     { return v }
func SliceOfPointers(v []*int) []*int                             { return v }
func SliceOfArrays(v [][2]uint16) [][2]uint16                     { return v }
func SliceOfMaps(v []map[string]int) []map[string]int             { return v }
func SliceOfNothing(v []struct{}) []struct{}                      { return v }
func Array(v [4]int) [4]int                                       { return v }
func ArrayOfBytes(v [16]byte) [16]byte                            { return v }
func ArrayOfStrings(v [2]string) [2]string                        { return v }
func ArrayOfArrays(v [2][3]Celsius) [2][3]Celsius                 { return v }
func ArrayOfNothing(v [0]string) [0]string                        { return v }
func ArrayOfOne(v [1]*int) [1]*int                                { return v }
func ArrayOfStructs(v [2]Line) [2]Line                            { return v }
func NamedArray(v Vector) Vector                                  { return v }
func Map(v map[string]int) map[string]int                         { return v }
func MapOfStrings(v map[string]string) map[string]string          { return v }
func MapOfStructs(v map[int]Line) map[int]Line                    { return v }
func MapByStruct(v map[Key]string) map[Key]string                 { return v }
func MapByArray(v map[[2]int8]bool) map[[2]int8]bool              { return v }
func MapByFloat(v map[float64]string) map[float64]string          { return v }
func MapByBool(v map[bool]int) map[bool]int                       { return v }
func MapByAny(v map[any]int) map[any]int                          { return v }
func MapByPointer(v map[*int]string) map[*int]string              { return v }
func MapOfMaps(v map[string]map[int]Line) map[string]map[int]Line { return v }
func MapOfNothing(v map[Label]struct{}) map[Label]struct{}        { return v }
func NamedMap(v Table) Table                                      { return v }
func Pointer(v *int) *int                                         { return v }
func PointerToString(v *string) *string                           { return v }
func PointerToPointer(v **Label) **Label                          { return v }
func PointerToSlice(v *[]int) *[]int                              { return v }
func PointerToMap(v *map[string]*int) *map[string]*int            { return v }
func PointerToNothing(v *struct{}) *struct{}                      { return v }

// Variadic functions.
func Variadic(v ...int) []int                             { return v }
func VariadicStrings(prefix string, v ...string) []string { return append([]string{prefix}, v...) }
func VariadicLines(v ...Line) (n int32) {
	for _, l := range v {
		n += l.Qty
	}
	return n
}
func VariadicAny(v ...any) []any          { return v }
func VariadicBytes(v ...byte) []byte      { return v }
func VariadicPointers(v ...*Line) []*Line { return v }

// Reverse works in the slice that it was given.
func Reverse(v []string) []string {
	for i, j := 0, len(v)-1; i < j; i, j = i+1, j-1 {
		v[i], v[j] = v[j], v[i]
	}
	return v
}

// Invert exchanges keys and values.
func Invert(v map[string]int) map[int]string {
	out := make(map[int]string)
	for k, n := range v {
		out[n] = k
		delete(v, k)
	}
	return out
}

// Increment changes what v points to, which is the plugin's copy.
func Increment(v *int) *int {
	if v == nil {
		return new(int)
	}
	*v++
	return v
}

// Transpose transposes a matrix.
func Transpose(v [2][3]Celsius) (out [3][2]Celsius) {
	for i := range v {
		for j := range v[i] {
			out[j][i] = v[i][j]
		}
	}
	return out
}

// Part returns a part of its argument.
func Part(v []int, from, to int) []int { return v[from:to] }

// Numbers makes a slice.
func Numbers(n int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = i
	}
	return v
}
