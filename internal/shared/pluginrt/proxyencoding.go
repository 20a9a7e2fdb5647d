//go:build go1.22

package pluginrt

import (
	"errors"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A proxy of an object of the host is a struct that holds a reference, which an encoder would
// take for the value. So proxies have methods that let the host encode the object, or fail.

// ProxyJSON is the method MarshalJSON of a proxy.
func ProxyJSON(r *Remote) ([]byte, error) { return encodeInHost(r, wire.EncodeJSON) }

// ProxyText is the method MarshalText of a proxy.
func ProxyText(r *Remote) ([]byte, error) { return encodeInHost(r, wire.EncodeText) }

// ProxyYAML is the method MarshalYAML of a proxy.
func ProxyYAML(r *Remote) (any, error) {
	return nil, errors.New("a value of the host's cannot be encoded as YAML behind an interface with methods: pass it as an any")
}

func encodeInHost(r *Remote, encoding uint64) (data []byte, failure error) {
	h := Begin(r, 0, 4)
	h.frame.Func = wire.OpEncode
	defer h.End(&failure)
	h.frame.SetUint64(1, encoding)
	h.Do(true)
	data = wire.Fixed[byte](h.Result(0, 0))
	failure = h.ResultError(1, 2)
	h.Done()
	return data, failure
}
