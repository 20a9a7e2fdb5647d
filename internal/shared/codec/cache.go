//go:build go1.22

package codec

import (
	"errors"
	"reflect"
	"sync"
)

// Descriptions and their types are cached, so that a value in an interface costs one look-up.
var (
	described = cache[describedKey, *description]{m: map[describedKey]*description{}}
	resolved  = cache[resolvedKey, *Codec]{m: map[resolvedKey]*Codec{}}
)

type describedKey struct {
	t     reflect.Type
	scope Scope
}

type resolvedKey struct {
	text  string
	scope Scope
}

type cache[K comparable, V any] struct {
	sync.RWMutex
	m map[K]V
}

// maxCached bounds the number of entries. When it is reached, all are removed, because some
// may belong to scopes that are no longer used.
const maxCached = 1 << 12

func (c *cache[K, V]) put(k K, v V) {
	c.Lock()
	defer c.Unlock()
	if len(c.m) >= maxCached {
		clear(c.m)
	}
	c.m[k] = v
}

func descriptionOf(t reflect.Type, scope Scope) (*description, error) {
	k := describedKey{t, scope}
	described.RLock()
	d := described.m[k]
	described.RUnlock()
	if d != nil {
		return d, nil
	}
	d, err := newDescription(t, scope)
	if err != nil {
		return nil, err
	}
	d.complete(t)
	described.put(k, d)
	return d, nil
}

func resolve(text []byte, scope Scope) (*Codec, error) {
	resolved.RLock()
	c := resolved.m[resolvedKey{string(text), scope}] // the compiler does not copy text here
	resolved.RUnlock()
	if c != nil {
		return c, nil
	}
	k := resolvedKey{string(text), scope}
	if !budgetOf(scope).admit(k.text) {
		return nil, errors.New("too many different types were described")
	}
	c, err := parse(k.text, scope)
	if err != nil {
		return nil, err
	}
	resolved.put(k, c)
	return c, nil
}

// A Budget bounds how many types the descriptions of one sender can make. Such types are
// never released. The zero value is ready for use.
type Budget struct {
	mu    sync.Mutex
	texts map[string]bool // the descriptions that were seen
	size  int
}

// maxDescribed bounds the size of all descriptions of a sender in bytes. It is far more than
// programs need.
const maxDescribed = 16 << 20

// commonBudget is the budget of scopes that have none of their own.
var commonBudget Budget

// budgetOf returns the budget of a scope: the result of its method Budget, if it has one.
func budgetOf(scope Scope) *Budget {
	if s, ok := scope.(interface{ Budget() *Budget }); ok {
		return s.Budget()
	}
	return &commonBudget
}

func (b *Budget) admit(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	size := len(text) + 64
	switch {
	case b.texts[text]:
		return true
	case size > maxDescribed-b.size:
		return false
	case b.texts == nil:
		b.texts = make(map[string]bool)
	}
	b.texts[text] = true
	b.size += size
	return true
}
