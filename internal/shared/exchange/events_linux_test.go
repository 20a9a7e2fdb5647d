package exchange

import "testing"

func newEvents(*testing.T) *Events { return new(Events) }
