package objects

import (
	"fmt"
	"hash"
	"hash/fnv"
)

// DigestOptions say how Digest works.
type DigestOptions struct {
	Sum    hash.Hash64
	Prefix string
}

// Digest returns the sum of a text. It sets what its options lack.
func Digest(text string, o *DigestOptions) string {
	if o.Sum == nil {
		o.Sum = fnv.New64a()
	}
	o.Sum.Reset()
	o.Sum.Write([]byte(text))
	return fmt.Sprintf("%s%x", o.Prefix, o.Sum.Sum64())
}
