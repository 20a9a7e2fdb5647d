//go:build go1.22

package exchange

// A Room gives places to the words and bytes of a call or a callback: in its lane, and in an arena
// to what is too large for that. One goroutine at a time uses it.
type Room struct {
	Reach uint64 // the end of what is used of the arena, 0 if nothing
	Err   error  // the last; the places cannot be used then

	arena    *Arena
	commit   func(offset, n uint64) error
	at, rest uint64 // what is left of the lane
	pieces   []extent
}

// NewRoom returns a Room with an arena. commit makes pieces of it memory that can be used.
func NewRoom(arena *Arena, commit func(offset, n uint64) error) Room {
	return Room{arena: arena, commit: commit}
}

// Begin begins a call or a callback whose lane has DataSize bytes at an offset.
func (r *Room) Begin(at uint64) { r.at, r.rest, r.Reach, r.Err = at, DataSize, 0, nil }

// Rest is how many bytes are left in the lane.
func (r *Room) Rest() uint64 { return r.rest }

// Place returns where n bytes are.
func (r *Room) Place(n uint64) (at uint64) {
	if n > r.rest {
		return r.Piece(n)
	}
	at, padded := r.at, (n+7)&^7
	r.at, r.rest = r.at+padded, r.rest-min(r.rest, padded)
	return at
}

// Piece returns where n bytes are in the arena. n must not be 0.
func (r *Room) Piece(n uint64) (at uint64) {
	at, size, err := r.arena.Alloc(n)
	if err == nil {
		r.pieces = append(r.pieces, extent{at, size})
		r.Reach = max(r.Reach, at+size)
		err = r.commit(at, size)
	}
	if err != nil {
		r.Err = err
	}
	return at
}

// Free gives back what is used of the arena.
func (r *Room) Free() {
	for _, p := range r.pieces {
		r.arena.Free(p.offset, p.size)
	}
	r.pieces = r.pieces[:0]
}
