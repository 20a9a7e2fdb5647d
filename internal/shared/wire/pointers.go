//go:build go1.22

package wire

// pointers numbers the pointers of a message in the order in which they first occur. A few
// are searched one by one, and many by a hash table with open addressing. Addresses are kept
// as numbers: the function that encodes the value keeps it alive, and Go's heap does not
// move.
type pointers struct {
	list  []reference
	table []uint32 // 1 + index in list; 0 is free. Its length is a power of two
}

type reference struct{ p, t uintptr }

const fewPointers = 8

// find returns the number of the pointer, or adds it.
func (s *pointers) find(p, t uintptr) (n int, found bool) {
	r := reference{p, t}
	if len(s.list) < fewPointers {
		for i := range s.list {
			if s.list[i] == r {
				return i, true
			}
		}
		s.list = append(s.list, r)
		return 0, false
	}
	if len(s.list)*2 >= len(s.table) {
		s.grow()
	}
	at := s.place(r)
	if n := s.table[at]; n != 0 {
		return int(n - 1), true
	}
	s.list = append(s.list, r)
	s.table[at] = uint32(len(s.list))
	return 0, false
}

// place returns the place of r in the table, or the free place for it.
func (s *pointers) place(r reference) uint {
	mask := uint(len(s.table) - 1)
	at := uint((uint64(r.p)>>3^uint64(r.t))*0x9e37_79b9_7f4a_7c15>>32) & mask
	for s.table[at] != 0 && s.list[s.table[at]-1] != r {
		at = (at + 1) & mask
	}
	return at
}

func (s *pointers) grow() {
	s.table = make([]uint32, max(64, 2*len(s.table)))
	s.fill()
}

func (s *pointers) fill() {
	for i, r := range s.list {
		s.table[s.place(r)] = uint32(i + 1)
	}
}

// keepPointers bounds the size of a table that is kept for the next message.
const keepPointers = 1 << 10

func (s *pointers) reset() {
	if cap(s.list) > keepPointers {
		*s = pointers{}
		return
	}
	s.list = s.list[:0]
	if len(s.table) > 0 {
		clear(s.table)
	}
}

// renumber gives the pointers from number from on the order of list.
func (s *pointers) renumber(from int, list []reference) {
	copy(s.list[from:], list)
	if len(s.table) > 0 {
		clear(s.table)
		s.fill()
	}
}
