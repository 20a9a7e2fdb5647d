//go:build go1.22

package stderrors

import (
	"crypto/tls"
	"crypto/x509"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[tls.AlertError]()
	codec.RegisterErrorAs(packVerification, unpackVerification)
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
