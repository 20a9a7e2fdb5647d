package native

import (
	"errors"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// Libraries end alone on windows/amd64 only.

func (l *Library) prepareEnd(*abi.ImageHeader, *abi.Ledger, image, map[string]uintptr, Options) error {
	return errors.ErrUnsupported
}

func (l *Library) watchEnd() {}

func (s *callbackSlot) resetEnd() {}

func (l *Library) endingSlot() *callbackSlot { return nil }

func (l *Library) hasEnded() bool { return false }

func (l *Library) exited(uint64) {}

func (l *Library) hostEntry() uintptr { return Entry() }

func (l *Library) leftEarly(*Transition) {}

func (l *Library) closeCrash() {}

// rescueThreads is never reached.
func (l *Library) rescueThreads() {}
