package typemap

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

var errNil = errors.New("nil has no value of this type")

// setScalar is [codec.SetScalar] with an error that names both types.
func setScalar(dst, src reflect.Value) error {
	err := codec.SetScalar(dst, src)
	if err == codec.ErrKind {
		return cannotUse(src, dst.Type())
	}
	return err
}

func cannotUse(src reflect.Value, as reflect.Type) error {
	return fmt.Errorf("cannot use %s as %s", spell(src.Type().String()), HostType(as))
}
