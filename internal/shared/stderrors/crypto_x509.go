//go:build go1.22

package stderrors

import (
	"crypto/x509"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[x509.ConstraintViolationError]()
	codec.RegisterSentinel("crypto/x509.ErrUnsupportedAlgorithm", x509.ErrUnsupportedAlgorithm)
	codec.RegisterSentinel("crypto/x509.IncorrectPasswordError", x509.IncorrectPasswordError)
	codec.RegisterError[x509.InsecureAlgorithmError]()
	codec.RegisterError[x509.SystemRootsError]()
	codec.RegisterError[x509.UnhandledCriticalExtension]()
	codec.RegisterErrorAs(packAuthority, unpackAuthority)
	codec.RegisterErrorAs(packHostname, unpackHostname)
	codec.RegisterErrorAs(packCertificate, unpackCertificate)
}

// An authority is the surrogate of an x509.UnknownAuthorityError. Certificates are sent as DER.
type authority struct {
	Cert, HintCert []byte
	Hint           error
}

func packAuthority(e x509.UnknownAuthorityError, _ codec.Scope) (authority, bool) {
	var s authority
	raw, known := der(e.Cert)
	s.Cert = raw
	v := reflect.ValueOf(&e).Elem()
	hint, cert := v.FieldByName("hintErr"), v.FieldByName("hintCert")
	if !hint.IsValid() || !cert.IsValid() {
		return s, false
	}
	s.Hint, _ = reflect.NewAt(hint.Type(), hint.Addr().UnsafePointer()).Elem().Interface().(error)
	c, ok := reflect.NewAt(cert.Type(), cert.Addr().UnsafePointer()).Elem().Interface().(*x509.Certificate)
	raw, also := der(c)
	s.HintCert = raw
	return s, ok && known && also
}

func unpackAuthority(s authority, _ string, _ codec.Scope) (e x509.UnknownAuthorityError, ok bool) {
	cert, ok := parsed(s.Cert)
	hint, also := parsed(s.HintCert)
	e.Cert = cert
	return e, ok && also && codec.SetField(&e, "hintCert", hint) && (s.Hint == nil || codec.SetField(&e, "hintErr", s.Hint))
}

// der returns what a certificate was parsed from. ok is false if it was not parsed.
func der(c *x509.Certificate) (raw []byte, ok bool) {
	if c == nil {
		return nil, true
	}
	return c.Raw, len(c.Raw) > 0
}

// parsed returns a certificate, or nil for none.
func parsed(der []byte) (c *x509.Certificate, ok bool) {
	if len(der) == 0 {
		return nil, true
	}
	c, err := x509.ParseCertificate(der)
	return c, err == nil
}

// A hostname is the surrogate of an x509.HostnameError.
type hostname struct {
	Certificate []byte
	Host        string
}

func packHostname(e x509.HostnameError, _ codec.Scope) (hostname, bool) {
	raw, ok := der(e.Certificate)
	return hostname{raw, e.Host}, ok
}

func unpackHostname(s hostname, _ string, _ codec.Scope) (x509.HostnameError, bool) {
	c, ok := parsed(s.Certificate)
	return x509.HostnameError{Certificate: c, Host: s.Host}, ok
}

// A certificate is the surrogate of an x509.CertificateInvalidError.
type certificate struct {
	Cert   []byte
	Reason x509.InvalidReason
	Detail string
}

func packCertificate(e x509.CertificateInvalidError, _ codec.Scope) (certificate, bool) {
	raw, ok := der(e.Cert)
	return certificate{raw, e.Reason, e.Detail}, ok
}

func unpackCertificate(s certificate, _ string, _ codec.Scope) (x509.CertificateInvalidError, bool) {
	c, ok := parsed(s.Cert)
	return x509.CertificateInvalidError{Cert: c, Reason: s.Reason, Detail: s.Detail}, ok
}
