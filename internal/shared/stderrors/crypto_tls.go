//go:build go1.22

package stderrors

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[tls.AlertError]()
	codec.RegisterErrorAs(packVerification, unpackVerification)
	codec.RegisterErrorAs(packRecord, unpackRecord)
}

// A verification is the surrogate of a *tls.CertificateVerificationError. Certificates are sent
// as DER.
type verification struct {
	Certificates [][]byte
	Err          error
}

func packVerification(e *tls.CertificateVerificationError, _ codec.Scope) (s verification, ok bool) {
	for _, c := range e.UnverifiedCertificates {
		if c == nil {
			return s, false
		}
		s.Certificates = append(s.Certificates, c.Raw)
	}
	s.Err = e.Err
	return s, true
}

func unpackVerification(s verification, _ string, _ codec.Scope) (*tls.CertificateVerificationError, bool) {
	e := &tls.CertificateVerificationError{Err: s.Err}
	for _, der := range s.Certificates {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, false
		}
		e.UnverifiedCertificates = append(e.UnverifiedCertificates, c)
	}
	return e, true
}

// A record is the surrogate of a tls.RecordHeaderError.
type record struct {
	Msg           string
	Header        [5]byte
	Connected     bool
	Local, Remote *address
}

func packRecord(e tls.RecordHeaderError, _ codec.Scope) (s record, ok bool) {
	s = record{Msg: e.Msg, Header: e.RecordHeader, Connected: e.Conn != nil}
	if s.Connected {
		s.Local, _ = packAddress(e.Conn.LocalAddr())
		s.Remote, _ = packAddress(e.Conn.RemoteAddr())
	}
	return s, true
}

func unpackRecord(s record, _ string, _ codec.Scope) (e tls.RecordHeaderError, ok bool) {
	e = tls.RecordHeaderError{Msg: s.Msg, RecordHeader: s.Header}
	if s.Connected {
		e.Conn = errorConn{s.Local, s.Remote}
	}
	return e, true
}

// An errorConn is in the place of the connection in an error of the other side. It has the
// addresses, and all else fails.
type errorConn struct{ local, remote *address }

var errElsewhere = errors.New("the connection in an error stays on the side where the error was made, and can be used there only")

func (c errorConn) LocalAddr() net.Addr  { a, _ := c.local.unpack(); return a }
func (c errorConn) RemoteAddr() net.Addr { a, _ := c.remote.unpack(); return a }

func (errorConn) Read([]byte) (int, error)         { return 0, errElsewhere }
func (errorConn) Write([]byte) (int, error)        { return 0, errElsewhere }
func (errorConn) Close() error                     { return errElsewhere }
func (errorConn) SetDeadline(time.Time) error      { return errElsewhere }
func (errorConn) SetReadDeadline(time.Time) error  { return errElsewhere }
func (errorConn) SetWriteDeadline(time.Time) error { return errElsewhere }
