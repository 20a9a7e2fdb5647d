//go:build go1.22

// Package knownhttp registers the known types for requests, the writers of their responses,
// and handlers: see package codec.
package knownhttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"reflect"
	"regexp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// A request is the surrogate of a *http.Request: its fields, its context without the values,
// and its body as a stream.
type request struct {
	Method           string
	URL              *address
	Proto            string
	ProtoMajor       int
	ProtoMinor       int
	Header           map[string][]string
	Length           int64
	TransferEncoding []string
	Close            bool
	Host             string
	Form             map[string][]string
	PostForm         map[string][]string
	Trailer          map[string][]string
	RemoteAddr       string
	RequestURI       string
	Pattern          string
	PathValues       [][2]string
	TLS              *connection
	Context          codec.Context
	Body             *body
}

// A body is a stream.
type body struct {
	Read  func(n int) ([]byte, error)
	Close func() error
}

func packBody(r io.ReadCloser) *body {
	if r == nil || r == http.NoBody {
		return nil
	}
	return &body{
		Read:  func(n int) ([]byte, error) { return codec.ReadUpTo(n, r.Read) },
		Close: r.Close,
	}
}

type remoteBody struct{ body *body }

func (b remoteBody) Read(p []byte) (int, error) {
	data, err := b.body.Read(len(p))
	return copy(p, data), err
}

func (b remoteBody) Close() error { return b.body.Close() }

// wildcard matches the names in a pattern of http.ServeMux.
var wildcard = regexp.MustCompile(`\{([^{}.$]+)(?:\.\.\.)?\}`)

func packRequest(r *http.Request) request {
	s := request{
		Method: r.Method, URL: packURL(r.URL), Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor,
		Header: r.Header, Length: r.ContentLength, TransferEncoding: r.TransferEncoding, Close: r.Close, Host: r.Host,
		Form: r.Form, PostForm: r.PostForm, Trailer: r.Trailer, RemoteAddr: r.RemoteAddr, RequestURI: r.RequestURI,
		TLS: packTLS(r.TLS), Context: codec.Context{Value: r.Context()}, Body: packBody(r.Body),
	}
	if pattern := patternOf(r); pattern.IsValid() {
		s.Pattern = pattern.String()
		for _, name := range wildcard.FindAllStringSubmatch(s.Pattern, -1) {
			s.PathValues = append(s.PathValues, [2]string{name[1], r.PathValue(name[1])})
		}
	}
	return s
}

// patternOf returns the field Pattern, which Go 1.22 lacks.
func patternOf(r *http.Request) reflect.Value {
	return reflect.ValueOf(r).Elem().FieldByName("Pattern")
}

func unpackRequest(s request) *http.Request {
	ctx := s.Context.Value
	if ctx == nil {
		ctx = context.Background()
	}
	r := (&http.Request{
		Method: s.Method, URL: unpackURL(s.URL), Proto: s.Proto, ProtoMajor: s.ProtoMajor, ProtoMinor: s.ProtoMinor,
		Header: s.Header, ContentLength: s.Length, TransferEncoding: s.TransferEncoding, Close: s.Close, Host: s.Host,
		Form: s.Form, PostForm: s.PostForm, Trailer: s.Trailer, RemoteAddr: s.RemoteAddr, RequestURI: s.RequestURI,
		TLS: unpackTLS(s.TLS),
	}).WithContext(ctx)
	r.Body = http.NoBody
	if s.Body != nil {
		r.Body = remoteBody{s.Body}
	}
	if pattern := patternOf(r); pattern.IsValid() {
		pattern.SetString(s.Pattern)
	}
	for _, v := range s.PathValues {
		r.SetPathValue(v[0], v[1])
	}
	return r
}

// A connection has the data of a tls.ConnectionState.
type connection struct {
	Version            uint16
	Complete, Resumed  bool
	CipherSuite        uint16
	NegotiatedProtocol string
	ServerName         string
	Certificates       [][]byte
	Chains             [][][]byte // of certificates
	Timestamps         [][]byte
	OCSP, Unique       []byte
}

func packTLS(c *tls.ConnectionState) *connection {
	if c == nil {
		return nil
	}
	s := &connection{
		Version: c.Version, Complete: c.HandshakeComplete, Resumed: c.DidResume, CipherSuite: c.CipherSuite,
		NegotiatedProtocol: c.NegotiatedProtocol, ServerName: c.ServerName, Certificates: raw(c.PeerCertificates),
		Timestamps: c.SignedCertificateTimestamps, OCSP: c.OCSPResponse, Unique: c.TLSUnique,
	}
	for _, chain := range c.VerifiedChains {
		s.Chains = append(s.Chains, raw(chain))
	}
	return s
}

func unpackTLS(s *connection) *tls.ConnectionState {
	if s == nil {
		return nil
	}
	c := &tls.ConnectionState{
		Version: s.Version, HandshakeComplete: s.Complete, DidResume: s.Resumed, CipherSuite: s.CipherSuite,
		NegotiatedProtocol: s.NegotiatedProtocol, ServerName: s.ServerName, PeerCertificates: parse(s.Certificates),
		SignedCertificateTimestamps: s.Timestamps, OCSPResponse: s.OCSP, TLSUnique: s.Unique,
	}
	for _, chain := range s.Chains {
		c.VerifiedChains = append(c.VerifiedChains, parse(chain))
	}
	return c
}

func raw(list []*x509.Certificate) (data [][]byte) {
	for _, c := range list {
		data = append(data, c.Raw)
	}
	return data
}

// parse leaves out certificates that this side cannot read.
func parse(data [][]byte) (list []*x509.Certificate) {
	for _, b := range data {
		if c, err := x509.ParseCertificate(b); err == nil {
			list = append(list, c)
		}
	}
	return list
}
