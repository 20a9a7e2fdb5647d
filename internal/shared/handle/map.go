//go:build go1.22

package handle

// A Map is a map that gives memory back when most of its entries are gone. Go's maps keep the
// memory of the most entries that they ever had. The zero value is ready for use. A Map is not
// safe for concurrent use.
type Map[K comparable, V any] struct {
	entries map[K]V
	most    int // the most entries since entries was made
}

// leastMost is up to how many entries a map is left alone.
const leastMost = 1 << 10

// Len returns the number of entries.
func (m *Map[K, V]) Len() int { return len(m.entries) }

// Get returns the value of a key, the zero value if there is none.
func (m *Map[K, V]) Get(k K) V { return m.entries[k] }

// Set sets the value of a key.
func (m *Map[K, V]) Set(k K, v V) {
	if m.entries == nil {
		m.entries = make(map[K]V)
	}
	m.entries[k] = v
	m.most = max(m.most, len(m.entries))
}

// Delete removes a key.
func (m *Map[K, V]) Delete(k K) {
	delete(m.entries, k)
	if m.most > leastMost && len(m.entries) < m.most/4 {
		smaller := make(map[K]V, len(m.entries))
		for k, v := range m.entries {
			smaller[k] = v
		}
		m.entries, m.most = smaller, len(smaller)
	}
}

// Clear removes all keys.
func (m *Map[K, V]) Clear() { *m = Map[K, V]{} }
