package types

import "time"

// A Shade is how bright something is.
type Shade uint8

const (
	Dark  Shade = iota + 1 // nearly black
	Light                  // nearly white
)

const (
	Retries  = 3
	Huge     = 1 << 63
	Quarter  = 0.25
	Greeting = "hi"
	Wait     = 3 * time.Second
)

// Shaded returns the number of a shade.
func Shaded(s Shade) int { return int(s) }

// Shades adds the numbers of shades.
func Shades(shades ...Shade) (sum int) {
	for _, s := range shades {
		sum += int(s)
	}
	return sum
}
