// Package village is a plugin that uses a service of its host, and whose objects the host
// uses. It is an ordinary package: nothing in it knows of plugins.
package village

import (
	"context"
	"fmt"
)

// World is what the village wants of its host.
type World interface {
	Say(who, text string)
	Roll(ctx context.Context, sides int) (int, error)
}

var world World

// Enter keeps the world for later.
func Enter(w World) { world = w }

// A Villager cannot be copied, so it stays here, and the host calls its methods.
type Villager struct {
	name string
	gold int
}

// NewVillager returns one with a name and nothing else.
func NewVillager(name string) *Villager { return &Villager{name: name} }

// Work earns what the world's die says.
func (v *Villager) Work(ctx context.Context) error {
	n, err := world.Roll(ctx, 6)
	if err != nil {
		return fmt.Errorf("%s cannot work: %w", v.name, err)
	}
	v.gold += n
	world.Say(v.name, fmt.Sprintf("I have %d gold.", v.gold))
	return nil
}

// Each calls f for every day of a week.
func (v *Villager) Each(f func(day string) error) error {
	for _, day := range []string{"Monday", "Tuesday", "Sunday"} {
		if err := f(day); err != nil {
			return err
		}
	}
	return nil
}
