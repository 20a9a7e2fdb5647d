package call

import (
	"fmt"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Builtin calls one of the operations on objects: see wire.OpBuiltin. what names it in
// errors. take gets the encoded result.
func (e *Exports) Builtin(n uint64, what string, args []any, take func(b []byte) error) error {
	message := func(at int) Slot { return Slot{Form: manifest.FormMessage, Type: someType, At: at} }
	s := &Signature{
		Plugin: e.manifest.Package, Name: what, text: what, Index: wire.OpBuiltin, Words: max(1+2*len(args), 4),
		Results: []Slot{message(0), message(2)},
	}
	for i := range args {
		s.Params = append(s.Params, message(1+2*i))
	}
	var c Call
	if err := c.begin(nil, &e.target, s, nil); err != nil {
		return err
	}
	defer c.End()
	*c.Frame.Word(0) = n
	for i, arg := range args {
		if err := c.encodeAny(Slot{At: 1 + 2*i}, arg); err != nil {
			return fmt.Errorf("plugin %s: %s: %w", s.Plugin, what, err)
		}
	}
	c.seal()
	err := c.Do()
	runtime.KeepAlive(args)
	if err != nil {
		return err
	}
	result, _, ok := c.piece(0)
	failed, _, ok2 := c.piece(2)
	if !ok || !ok2 {
		return s.Damaged()
	}
	var failure error
	if err := codec.UnmarshalError(failed, c.scope, &failure); err != nil {
		return err
	}
	if failure != nil {
		return fmt.Errorf("plugin %s: %s: %w", s.Plugin, what, failure)
	}
	if err := take(result); err != nil {
		return fmt.Errorf("plugin %s: %s: %w", s.Plugin, what, err)
	}
	return nil
}
