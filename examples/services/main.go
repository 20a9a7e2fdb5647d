// Command services gives the plugin in ./village a service, and uses an object of the
// plugin's. Run it in its own folder: go run .
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A world has the methods that the plugin's interface World wants.
type world struct{}

func (world) Say(who, text string) { fmt.Println(who+":", text) }

func (world) Roll(ctx context.Context, sides int) (int, error) { return sides - 2, ctx.Err() }

var errHoliday = errors.New("nobody works on Sunday")

func main() {
	p, err := winplugin.Open("./village")
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	ctx := context.Background()
	if _, err := p.Call(ctx, "Enter", world{}); err != nil {
		log.Fatal(err)
	}
	results, err := p.Call(ctx, "NewVillager", "Ada")
	if err != nil {
		log.Fatal(err)
	}
	ada := results[0].(*winplugin.Object)

	var villager struct {
		Work func(context.Context) error
		Each func(func(day string) error) error
	}
	if err := ada.Bind(&villager); err != nil {
		log.Fatal(err)
	}
	err = villager.Each(func(day string) error {
		if day == "Sunday" {
			return errHoliday
		}
		return villager.Work(ctx)
	})
	fmt.Println(err)
}
