//go:build go1.22

package codec

import (
	"errors"
	"maps"
	"reflect"
	"sync"
	"sync/atomic"
)

// What was described and resolved is kept: a value in an interface costs a look-up
// then. There are few types, so a map that is copied when something comes to it is
// read without a lock.
var (
	described cache[describedKey, *description]
	resolved  cache[resolvedKey, *Codec]
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
	sync.Mutex
	m    atomic.Pointer[map[K]V]
	cost int
}

// maxCached bounds the number of entries: what is beyond is made anew each time.
const maxCached = 1 << 12

func (c *cache[K, V]) put(k K, v V) {
	c.Lock()
	defer c.Unlock()
	m := map[K]V{}
	if old := c.m.Load(); old != nil {
		if len(*old) >= maxCached {
			return
		}
		m = maps.Clone(*old)
	}
	m[k] = v
	c.m.Store(&m)
}

func descriptionOf(t reflect.Type, scope Scope) (*description, error) {
	k := describedKey{t, scope}
	if m := described.m.Load(); m != nil {
		if d, ok := (*m)[k]; ok {
			return d, nil
		}
	}
	d, err := newDescription(t, scope)
	if err != nil {
		return nil, err
	}
	described.put(k, d)
	return d, nil
}

// made counts the bytes of descriptions for which types were made, which stay for
// good. maxMade is far beyond what programs have, and short of what hurts.
var made atomic.Int64

const maxMade = 16 << 20

func resolve(text []byte, scope Scope) (*Codec, error) {
	if m := resolved.m.Load(); m != nil {
		if c, ok := (*m)[resolvedKey{string(text), scope}]; ok {
			return c, nil
		}
	}
	if made.Load() > maxMade {
		return nil, errors.New("too many types were described")
	}
	k := resolvedKey{string(text), scope}
	c, err := parse(k.text, scope)
	if err != nil {
		return nil, err
	}
	made.Add(int64(len(text)))
	resolved.put(k, c)
	return c, nil
}
