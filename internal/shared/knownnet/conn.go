//go:build go1.22

// Package knownnet registers the known types for network connections and listeners: see
// package codec.
package knownnet

import (
	"errors"
	"net"
	"os"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("net.ErrClosed", net.ErrClosed)
	codec.RegisterKnown(packConn, unpackConn)
	codec.RegisterKnown(packListener, unpackListener)
}

// An addr is a net.Addr.
type addr struct{ Net, Text string }

func (a addr) Network() string { return a.Net }
func (a addr) String() string  { return a.Text }

func packAddr(a net.Addr) *addr {
	if a == nil {
		return nil
	}
	return &addr{a.Network(), a.String()}
}

// unpackAddr returns an address of the type that package net has for the network, because
// servers use the fields of that type.
func unpackAddr(a *addr) net.Addr {
	if a == nil {
		return nil
	}
	switch a.Net {
	case "tcp", "udp":
		if host, port, err := net.SplitHostPort(a.Text); err == nil && net.ParseIP(host) != nil && port != "" {
			if a.Net == "tcp" {
				if t, err := net.ResolveTCPAddr("tcp", a.Text); err == nil {
					return t
				}
			} else if u, err := net.ResolveUDPAddr("udp", a.Text); err == nil {
				return u
			}
		}
	case "unix":
		return &net.UnixAddr{Net: a.Net, Name: a.Text}
	}
	return *a
}

// A conn is the surrogate of a net.Conn.
type conn struct {
	Local, Remote *addr
	Read          func(n int) ([]byte, error)
	Write         func(b []byte) (int, error)
	Close         func() error
	CloseWrite    func() error // nil if the connection cannot
	Deadline      func(which int, t time.Time) error
}

// The arguments of conn.Deadline.
const (
	both = iota
	reads
	writes
)

func packConn(c net.Conn) conn {
	s := conn{
		Local: packAddr(c.LocalAddr()), Remote: packAddr(c.RemoteAddr()), Write: c.Write, Close: c.Close,
		Read: func(n int) ([]byte, error) { return codec.ReadUpTo(n, c.Read) },
		Deadline: func(which int, t time.Time) error {
			switch which {
			case reads:
				return c.SetReadDeadline(t)
			case writes:
				return c.SetWriteDeadline(t)
			}
			return c.SetDeadline(t)
		},
	}
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		s.CloseWrite = half.CloseWrite
	}
	return s
}

// A remoteConn is a connection of the other side.
type remoteConn struct {
	codec.Stand
	conn conn
}

func unpackConn(s conn) net.Conn {
	c := &remoteConn{conn: s}
	if s.CloseWrite != nil {
		return &halfConn{c}
	}
	return c
}

func (c *remoteConn) Read(b []byte) (int, error) {
	data, err := c.conn.Read(len(b))
	return copy(b, data), timeout(err)
}

func (c *remoteConn) Write(b []byte) (int, error) {
	n, err := c.conn.Write(b)
	return n, timeout(err)
}

func (c *remoteConn) Close() error                       { return c.conn.Close() }
func (c *remoteConn) LocalAddr() net.Addr                { return unpackAddr(c.conn.Local) }
func (c *remoteConn) RemoteAddr() net.Addr               { return unpackAddr(c.conn.Remote) }
func (c *remoteConn) SetDeadline(t time.Time) error      { return c.conn.Deadline(both, t) }
func (c *remoteConn) SetReadDeadline(t time.Time) error  { return c.conn.Deadline(reads, t) }
func (c *remoteConn) SetWriteDeadline(t time.Time) error { return c.conn.Deadline(writes, t) }

// A halfConn can close the sending half.
type halfConn struct{ *remoteConn }

func (c *halfConn) CloseWrite() error { return c.conn.CloseWrite() }

// timeout turns an error that reports a deadline into a net.Error, which servers recognize.
func timeout(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return os.ErrDeadlineExceeded
	}
	return err
}

// A listener is the surrogate of a net.Listener.
type listener struct {
	Address *addr
	Accept  func() (codec.Known[net.Conn], error)
	Close   func() error
}

func packListener(l net.Listener) listener {
	return listener{
		Address: packAddr(l.Addr()), Close: l.Close,
		Accept: func() (codec.Known[net.Conn], error) {
			c, err := l.Accept()
			return codec.Known[net.Conn]{Value: c}, err
		},
	}
}

// A remoteListener is a listener of the other side.
type remoteListener struct {
	codec.Stand
	listener listener
}

func unpackListener(s listener) net.Listener { return &remoteListener{listener: s} }

func (l *remoteListener) Accept() (net.Conn, error) {
	c, err := l.listener.Accept()
	return c.Value, timeout(err)
}

func (l *remoteListener) Close() error   { return l.listener.Close() }
func (l *remoteListener) Addr() net.Addr { return unpackAddr(l.listener.Address) }
