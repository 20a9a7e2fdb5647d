//go:build go1.22

package pluginrt

import (
	"errors"
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A proxy of an object of the host is a pointer to nothing that an encoder, a decoder or package
// fmt could use. So proxies have methods that reach the host's value, or fail.

// State is what a method Format writes to.
type State = fmt.State

// ProxyJSON is the method MarshalJSON of a proxy.
func ProxyJSON(r *Remote) ([]byte, error) { return encodeInHost(r, wire.EncodeJSON, nil) }

// ProxyText is the method MarshalText of a proxy.
func ProxyText(r *Remote) ([]byte, error) { return encodeInHost(r, wire.EncodeText, nil) }

// ProxyYAML is the method MarshalYAML of a proxy.
func ProxyYAML(r *Remote) (any, error) {
	return nil, errors.New("a value of the host's cannot be encoded as YAML behind an interface with methods: pass it as an any")
}

// ProxyFromJSON is the method UnmarshalJSON of a proxy.
func ProxyFromJSON(r *Remote, data []byte) error {
	_, err := encodeInHost(r, wire.DecodeJSON, data)
	return err
}

// ProxyFromText is the method UnmarshalText of a proxy.
func ProxyFromText(r *Remote, text []byte) error {
	_, err := encodeInHost(r, wire.DecodeText, text)
	return err
}

// ProxyFromYAML is the method UnmarshalYAML of a proxy.
func ProxyFromYAML(r *Remote) error {
	return errors.New("a value of the host's behind an interface with methods cannot be decoded from YAML: pass a pointer to it as an any")
}

// ProxyFormat is the method Format of a proxy.
func ProxyFormat(r *Remote, s fmt.State, verb rune) {
	text, err := encodeInHost(r, wire.EncodeFormat, []byte(fmt.FormatString(s, verb)))
	if err != nil {
		panic(err) // package fmt prints it
	}
	_, _ = s.Write(text)
}

func encodeInHost(r *Remote, encoding uint64, in []byte) (data []byte, failure error) {
	h := Begin(r, 0, 4)
	h.frame.Func = wire.OpEncode
	defer h.End(&failure)
	h.frame.SetUint64(1, encoding)
	wire.PutFixed(h.PutArg(0, 2), in)
	h.Do(true)
	data = wire.Fixed[byte](h.Result(0, 0))
	failure = h.ResultError(1, 2)
	h.Done()
	return data, failure
}
