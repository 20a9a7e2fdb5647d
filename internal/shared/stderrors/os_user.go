//go:build go1.22

package stderrors

import (
	"os/user"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[user.UnknownGroupError]()
	codec.RegisterError[user.UnknownGroupIdError]()
	codec.RegisterError[user.UnknownUserError]()
	codec.RegisterError[user.UnknownUserIdError]()
}
