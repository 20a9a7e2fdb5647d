//go:build (linux && !amd64) || darwin || freebsd || netbsd || openbsd

package process

import (
	"errors"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// remedy says how a plugin must be built that runs in a process of its own.
const remedy = "for a process of its own: WithBridge(Program), on the command line --bridge program"

// newSystem returns what a process needs before it is started.
func newSystem(program bool) (system, *section, *exchange.Wakes, error) {
	if !program {
		return nil, nil, nil, errors.New("libraries of the pure bridge are for other systems; build it " + remedy)
	}
	return newProgramProcess()
}
