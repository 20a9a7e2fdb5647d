//go:build go1.22

package codec

import (
	"errors"
	"reflect"
	"sync"
)

// What was described and resolved is kept: a value in an interface costs a look-up
// then.
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

// maxCached bounds the number of entries. When it is reached, all go: among them
// those of scopes that are of no use any more.
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
	described.put(k, d)
	return d, nil
}

func resolve(text []byte, scope Scope) (*Codec, error) {
	resolved.RLock()
	c := resolved.m[resolvedKey{string(text), scope}] // no copy is made of text
	resolved.RUnlock()
	if c != nil {
		return c, nil
	}
	k := resolvedKey{string(text), scope}
	if !made.admit(k.text) {
		return nil, errors.New("too many different types were described")
	}
	c, err := parse(k.text, scope)
	if err != nil {
		return nil, err
	}
	resolved.put(k, c)
	return c, nil
}

// made are the descriptions that were seen. Types that were made of them stay in
// memory for good, so a sender must not be able to have more and more of them made.
var made = descriptions{texts: map[string]bool{}}

type descriptions struct {
	sync.Mutex
	texts map[string]bool
	size  int
}

// maxMade bounds the size of all descriptions in bytes: far beyond what programs
// have, and short of what hurts.
const maxMade = 16 << 20

func (d *descriptions) admit(text string) bool {
	d.Lock()
	defer d.Unlock()
	if d.texts[text] {
		return true
	}
	if d.size += len(text) + 64; d.size > maxMade {
		d.size -= len(text) + 64
		return false
	}
	d.texts[text] = true
	return true
}
