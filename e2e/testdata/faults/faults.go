// Package faults makes errors of the standard library, as its functions return them, and reports
// what a program sees of an error. TestErrorsOfTheStandardLibrary uses it directly and as a plugin.
package faults

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"html/template"
	"io"
	"math"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A config is decoded to.
type config struct {
	Port int
	Name nested
}

type nested struct{ First string }

// errPrivate is known to the package alone.
var errPrivate = errors.New("faults: private")

// Names are the names of the errors that Make makes.
func Names() []string {
	names := make([]string, 0, len(makers))
	for _, m := range makers {
		names = append(names, m.name)
	}
	return names
}

// Make returns the error of a name.
func Make(name string) error {
	for _, m := range makers {
		if m.name == name {
			return m.make()
		}
	}
	return fmt.Errorf("%s: %w", name, errPrivate)
}

type maker struct {
	name string
	make func() error
}

func value(err error) func() error { return func() error { return err } }

func second[T any](_ T, err error) error { return err }

// makers make each error as a program does.
var makers = []maker{
	{"traced", value(traced{"no trace"})},
	{"wrapped traced", func() error { return fmt.Errorf("wrapped: %w", traced{"no trace"}) }},
	{"joined traced", func() error { return errors.Join(traced{"one"}, &again{traced{"two"}}) }},
	{"traced again", func() error { return &again{&again{traced{"three"}}} }},
	{"io.EOF", value(io.EOF)},
	{"sql.ErrNoRows", value(sql.ErrNoRows)},
	{"sql.ErrTxDone", value(sql.ErrTxDone)},
	{"http.ErrServerClosed", value(http.ErrServerClosed)},
	{"http.ErrNoCookie", func() error { return second(new(http.Request).Cookie("x")) }},
	{"net.ErrClosed", value(net.ErrClosed)},
	{"os.ErrDeadlineExceeded", value(os.ErrDeadlineExceeded)},
	{"context.Canceled", value(context.Canceled)},
	{"csv.ErrFieldCount", value(csv.ErrFieldCount)},
	{"exec.ErrNotFound", value(exec.ErrNotFound)},
	{"open", func() error { return second(os.Open("no such file")) }},
	{"wrapped open", func() error { return fmt.Errorf("config: %w", second(os.Open("no such file"))) }},
	{"joined", func() error {
		return errors.Join(sql.ErrNoRows, second(strconv.Atoi("x")), fmt.Errorf("%w, %w", io.EOF, second(os.Open("no such file"))))
	}},
	{"link", func() error { return os.Rename("no such file", "other") }},
	{"system call", value(os.NewSyscallError("connect", syscall.ECONNREFUSED))},
	{"number", value(syscall.ENOENT)},
	{"strconv", func() error { return second(strconv.ParseInt("99999999999999999999", 10, 64)) }},
	{"url", func() error { return second(url.Parse("http://[::1")) }},
	{"url escape", func() error { return second(url.QueryUnescape("%zz")) }},
	{"dial", func() error {
		return &net.OpError{Op: "dial", Net: "tcp", Source: nil, Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}},
	{"pipe", func() error {
		a, _ := net.Pipe()
		a.SetDeadline(time.Unix(1, 0))
		return &url.Error{Op: "Get", URL: "http://x", Err: second(a.Read(make([]byte, 1)))}
	}},
	{"timeout of a client", value(&url.Error{Op: "Get", URL: "http://x", Err: slow{}})},
	{"several of a client", value(attempts{errors.Join(io.EOF, slow{}), true})},
	{"several refused", func() error {
		return fmt.Errorf("%w, %w", sql.ErrNoRows, attempts{errors.Join(second(os.Open("no such file"))), false})
	}},
	{"joined timeouts", value(errors.Join(slow{}, &url.Error{Op: "Get", URL: "http://x", Err: slow{}}))},
	{"resolver", value(&net.DNSError{Err: "no such host", Name: "nowhere", Server: "10.0.0.1:53", IsNotFound: true})},
	{"address", func() error { return second(net.ResolveTCPAddr("tcp", "nothing")) }},
	{"CIDR", func() error { _, _, err := net.ParseCIDR("1.2.3"); return err }},
	{"json syntax", func() error { return json.Unmarshal([]byte(`{"port":}`), new(config)) }},
	{"json type", func() error { return json.Unmarshal([]byte(`{"port":"x"}`), new(config)) }},
	{"json struct", func() error { return json.Unmarshal([]byte(`{"name":3}`), new(config)) }},
	{"json target", func() error { return json.Unmarshal([]byte(`{}`), config{}) }},
	{"json unsupported type", func() error { return second(json.Marshal(make(chan int))) }},
	{"json unsupported value", func() error { return second(json.Marshal(math.Inf(1))) }},
	{"json marshaler", func() error { return second(json.Marshal(bad{})) }},
	{"xml syntax", func() error { return xml.Unmarshal([]byte("<a><b></a>"), new(config)) }},
	{"exec", func() error { return exec.Command("no such program anywhere").Run() }},
	{"exit", func() error { return exit() }},
	{"time", func() error { return second(time.Parse(time.RFC3339, "yesterday")) }},
	{"csv", func() error { return second(csv.NewReader(strings.NewReader("a,b\nc,\"d\"e\n")).ReadAll()) }},
	{"hex", func() error { return second(hex.DecodeString("0g")) }},
	{"base64", func() error { return second(base64.StdEncoding.DecodeString("a!")) }},
	{"record", func() error {
		a, b := net.Pipe()
		go io.Copy(io.Discard, a)
		go io.WriteString(a, "HTTP/1.1 400 Bad Request\r\n\r\n")
		return tls.Client(b, &tls.Config{ServerName: "x"}).Handshake()
	}},
	{"record without a connection", value(fmt.Errorf("dial: %w", tls.RecordHeaderError{Msg: "no TLS", RecordHeader: [5]byte{1, 2}}))},
	{"ECH", value(&tls.ECHRejectionError{RetryConfigList: []byte{1, 2, 3}})},
	{"types", func() error { return checked("package p\n\nvar x int = \"text\"\n") }},
	{"types after a line directive", func() error {
		return fmt.Errorf("check: %w", checked("package p\n\n//line other.go:7:3\nvar x int = nothing\n"))
	}},
	{"types without a position", value(types.Error{Msg: "nowhere", Fset: token.NewFileSet()})},
	{"template", func() error { return executed(`<a>{{.X}}</a><script>{{if .X}}"{{end}}</script>`) }},
	{"template that ends in a tag", func() error { return executed("<b>\n{{with .X}}{{.Y | html | urlquery}}{{end}}<a href='") }},
	{"template without another", func() error { return executed(`{{define "one"}}{{template "two"}}{{end}}{{template "one"}}`) }},
	{"template that fails", func() error { return executed(`{{index .X 3}}`) }},
	{"certificate", value(x509.UnknownAuthorityError{})},
	{"host name", func() error { return fmt.Errorf("dial: %w", x509.HostnameError{Certificate: certificate(), Host: "x"}) }},
	{"runtime", func() (err error) {
		defer func() { err, _ = recover().(error) }()
		var list []int
		return value(fmt.Errorf("%d", list[len(list)]))()
	}},
	{"type assertion", func() (err error) {
		defer func() { err, _ = recover().(error) }()
		var v any = 1
		return errors.New(v.(string))
	}},
	{"body", func() error {
		r := http.MaxBytesReader(nil, io.NopCloser(strings.NewReader("too long")), 3)
		return second(io.ReadAll(r))
	}},
	{"content type", func() error { return new(http.Request).ParseMultipartForm(1) }},
	{"private", value(errPrivate)},
	{"sends rows", value(fmt.Errorf("user 7: %w", sql.ErrNoRows))},
	{"is rows", value(proxy{})},
}

// checked returns the error of a type checker.
func checked(source string) error {
	fset := token.NewFileSet()
	fset.AddFile("before.go", -1, 100)
	f, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		return err
	}
	return second(new(types.Config).Check("p", fset, []*ast.File{f}, nil))
}

// executed returns the error of a template.
func executed(text string) error {
	t, err := template.New("page").Parse(text)
	if err != nil {
		return err
	}
	return t.Execute(io.Discard, map[string]string{"X": "x"})
}

// exit runs a program that fails.
func exit() error {
	if runtime.GOOS == "windows" {
		return exec.Command(`C:\windows\system32\cmd.exe`, "/c", "exit 3").Run()
	}
	return exec.Command("/bin/sh", "-c", "exit 3").Run()
}

// certificate returns a certificate of no host.
func certificate() *x509.Certificate {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"other.example"}}
	raw, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		panic(err)
	}
	return c
}

// A slow is an error of a type of the package that has timed out.
type slow struct{}

func (slow) Error() string   { return "too slow" }
func (slow) Timeout() bool   { return true }
func (slow) Temporary() bool { return false }

// attempts are a net.Error that wraps several.
type attempts struct {
	errs error
	late bool
}

func (e attempts) Error() string   { return "attempts: " + e.errs.Error() }
func (e attempts) Timeout() bool   { return e.late }
func (e attempts) Temporary() bool { return !e.late }
func (e attempts) Unwrap() []error { return e.errs.(interface{ Unwrap() []error }).Unwrap() }

// A bad cannot be encoded.
type bad struct{}

func (bad) MarshalJSON() ([]byte, error) { return nil, io.ErrUnexpectedEOF }

// A proxy is sql.ErrNoRows by its method Is.
type proxy struct{}

func (proxy) Error() string        { return "no rows here" }
func (proxy) Is(target error) bool { return target == sql.ErrNoRows }

// A traced is an error that package fmt prints with a trace by %+v, as those of
// github.com/pkg/errors.
type traced struct{ text string }

func (e traced) Error() string { return e.text }

func (e traced) Format(s fmt.State, verb rune) {
	switch {
	case verb == 'v' && s.Flag('+'):
		fmt.Fprintf(s, "%s\nmain.run\n\t/src/main.go:%d", e.text, len(e.text))
	case verb == 'v':
		fmt.Fprintf(s, "<%s>", e.text)
	case verb == 'q':
		fmt.Fprintf(s, "%q", e.text)
	default:
		io.WriteString(s, e.text)
	}
}

// An again wraps an error, and prints it by %+v, too.
type again struct{ error }

func (e *again) Unwrap() error { return e.error }

func (e *again) Format(s fmt.State, verb rune) {
	if verb == 'v' && s.Flag('+') {
		fmt.Fprintf(s, "%+v\nagain", e.error)
		return
	}
	io.WriteString(s, e.Error())
}
