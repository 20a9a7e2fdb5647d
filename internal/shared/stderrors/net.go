//go:build go1.22

package stderrors

import (
	"net"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*net.AddrError]()
	codec.RegisterError[*net.DNSConfigError]()
	codec.RegisterSentinel("net.ErrClosed", net.ErrClosed)
	codec.RegisterSentinel("net.ErrWriteToConnected", net.ErrWriteToConnected)
	codec.RegisterError[net.InvalidAddrError]()
	codec.RegisterError[*net.ParseError]()
	codec.RegisterError[net.UnknownNetworkError]()
	codec.RegisterErrorAs(packDNS, unpackDNS)
	codec.RegisterErrorAs(packOp, unpackOp)
}

// A dns is the surrogate of a *net.DNSError. UnwrapErr is a field since Go 1.23.
type dns struct {
	Err, Name, Server              string
	Timeout, Temporary, IsNotFound bool
	Unwrap                         error
}

func packDNS(e *net.DNSError, _ codec.Scope) (dns, bool) {
	s := dns{e.Err, e.Name, e.Server, e.IsTimeout, e.IsTemporary, e.IsNotFound, nil}
	if f := reflect.ValueOf(e).Elem().FieldByName("UnwrapErr"); f.IsValid() {
		s.Unwrap, _ = f.Interface().(error)
	}
	return s, true
}

func unpackDNS(s dns, _ string, _ codec.Scope) (*net.DNSError, bool) {
	e := &net.DNSError{Err: s.Err, Name: s.Name, Server: s.Server, IsTimeout: s.Timeout, IsTemporary: s.Temporary, IsNotFound: s.IsNotFound}
	return e, s.Unwrap == nil || codec.SetField(e, "UnwrapErr", s.Unwrap)
}

// An op is the surrogate of a *net.OpError.
type op struct {
	Op, Net      string
	Source, Addr *address
	Err          error
}

func packOp(e *net.OpError, _ codec.Scope) (op, bool) {
	source, ok := packAddress(e.Source)
	addr, also := packAddress(e.Addr)
	return op{e.Op, e.Net, source, addr, e.Err}, ok && also
}

func unpackOp(s op, _ string, _ codec.Scope) (*net.OpError, bool) {
	source, ok := s.Source.unpack()
	addr, also := s.Addr.unpack()
	return &net.OpError{Op: s.Op, Net: s.Net, Source: source, Addr: addr, Err: s.Err}, ok && also
}

// An address is a net.Addr of one of the types of package net.
type address struct {
	Kind       string // of "tcp", "udp", "ip", "unix"
	IP         []byte
	Port       int
	Zone, Name string
	Net        string
}

// packAddress reports whether an address has a type of package net.
func packAddress(a net.Addr) (*address, bool) {
	switch a := a.(type) {
	case nil:
		return nil, true
	case *net.TCPAddr:
		return &address{Kind: "tcp", IP: a.IP, Port: a.Port, Zone: a.Zone}, true
	case *net.UDPAddr:
		return &address{Kind: "udp", IP: a.IP, Port: a.Port, Zone: a.Zone}, true
	case *net.IPAddr:
		return &address{Kind: "ip", IP: a.IP, Zone: a.Zone}, true
	case *net.UnixAddr:
		return &address{Kind: "unix", Name: a.Name, Net: a.Net}, true
	}
	return nil, false
}

func (a *address) unpack() (net.Addr, bool) {
	if a == nil {
		return nil, true
	}
	switch a.Kind {
	case "tcp":
		return &net.TCPAddr{IP: a.IP, Port: a.Port, Zone: a.Zone}, true
	case "udp":
		return &net.UDPAddr{IP: a.IP, Port: a.Port, Zone: a.Zone}, true
	case "ip":
		return &net.IPAddr{IP: a.IP, Zone: a.Zone}, true
	case "unix":
		return &net.UnixAddr{Name: a.Name, Net: a.Net}, true
	}
	return nil, false
}
