package faults

import (
	"context"
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
	"go/types"
	"html/template"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	texttemplate "text/template"
	"time"
)

var values = []struct {
	name string
	err  error
}{
	{"io.EOF", io.EOF}, {"io.ErrUnexpectedEOF", io.ErrUnexpectedEOF}, {"sql.ErrNoRows", sql.ErrNoRows}, {"sql.ErrTxDone", sql.ErrTxDone},
	{"http.ErrServerClosed", http.ErrServerClosed}, {"http.ErrNoCookie", http.ErrNoCookie}, {"http.ErrMissingBoundary", http.ErrMissingBoundary},
	{"net.ErrClosed", net.ErrClosed}, {"os.ErrDeadlineExceeded", os.ErrDeadlineExceeded}, {"context.Canceled", context.Canceled},
	{"context.DeadlineExceeded", context.DeadlineExceeded}, {"csv.ErrFieldCount", csv.ErrFieldCount}, {"csv.ErrQuote", csv.ErrQuote},
	{"exec.ErrNotFound", exec.ErrNotFound}, {"fs.ErrNotExist", fs.ErrNotExist}, {"strconv.ErrSyntax", strconv.ErrSyntax}, {"strconv.ErrRange", strconv.ErrRange},
	{"http.ErrNotMultipart", http.ErrNotMultipart},
}

// Report returns what a program sees of an error, one thing a line.
func Report(err error) string {
	var b strings.Builder
	report(&b, "", err)
	for _, v := range values {
		if errors.Is(err, v.err) {
			fmt.Fprintf(&b, "is %s\n", v.name)
		}
	}
	var path *fs.PathError
	var number *strconv.NumError
	var op *net.OpError
	var n net.Error
	var errno syscall.Errno
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&b, "prints %v, %+v, %s, %q\n", e, e, e, e)
	}
	fmt.Fprintln(&b, "as", errors.As(err, &path), errors.As(err, &number), errors.As(err, &op), errors.As(err, &errno))
	fmt.Fprintln(&b, "os", os.IsNotExist(err), os.IsPermission(err), os.IsTimeout(err))
	if errors.As(err, &n) {
		fmt.Fprintln(&b, "net.Error", n.Timeout(), n.Temporary())
	}
	return b.String()
}

// report appends the text, value or type, and fields of an error and of those that it wraps.
func report(b *strings.Builder, indent string, err error) {
	if err == nil {
		fmt.Fprintf(b, "%snil\n", indent)
		return
	}
	fmt.Fprintf(b, "%s%q", indent, text(err))
	for _, v := range values {
		if err == v.err {
			fmt.Fprintf(b, " == %s", v.name)
		}
	}
	switch e := err.(type) {
	case *fs.PathError:
		if e != nil {
			fmt.Fprint(b, " PathError ", e.Op, " ", e.Path)
		}
	case *os.LinkError:
		fmt.Fprint(b, " LinkError ", e.Op, " ", e.Old, " ", e.New)
	case *os.SyscallError:
		fmt.Fprint(b, " SyscallError ", e.Syscall)
	case *strconv.NumError:
		fmt.Fprint(b, " NumError ", e.Func, " ", e.Num)
	case *url.Error:
		fmt.Fprint(b, " url.Error ", e.Op, " ", e.URL, e.Timeout(), e.Temporary())
	case url.EscapeError:
		fmt.Fprint(b, " EscapeError ", string(e))
	case *net.OpError:
		fmt.Fprintf(b, " OpError %s %s %v %#v %t", e.Op, e.Net, e.Source, e.Addr, e.Timeout())
	case *net.DNSError:
		fmt.Fprint(b, " DNSError ", e.Name, e.Server, e.IsNotFound, e.IsTimeout)
	case *net.AddrError:
		fmt.Fprint(b, " AddrError ", e.Err, e.Addr)
	case *net.ParseError:
		fmt.Fprint(b, " ParseError ", e.Type, e.Text)
	case *json.SyntaxError:
		fmt.Fprint(b, " json.SyntaxError ", e.Offset)
	case *json.UnmarshalTypeError:
		fmt.Fprint(b, " UnmarshalTypeError ", e.Value, e.Type, e.Type.Kind(), e.Offset, e.Struct, e.Field)
	case *json.InvalidUnmarshalError:
		fmt.Fprint(b, " InvalidUnmarshalError ", e.Type)
	case *json.UnsupportedTypeError:
		fmt.Fprint(b, " UnsupportedTypeError ", e.Type)
	case *json.UnsupportedValueError:
		fmt.Fprint(b, " UnsupportedValueError ", e.Value, e.Str)
	case *json.MarshalerError:
		fmt.Fprint(b, " MarshalerError ", e.Type)
	case *xml.SyntaxError:
		fmt.Fprint(b, " xml.SyntaxError ", e.Line, e.Msg)
	case *exec.Error:
		fmt.Fprint(b, " exec.Error ", e.Name)
	case *exec.ExitError:
		fmt.Fprint(b, " ExitError ", e.ExitCode(), e.Exited(), e.Success())
	case *time.ParseError:
		fmt.Fprintf(b, " time.ParseError %q", []string{e.Layout, e.Value, e.LayoutElem, e.ValueElem, e.Message})
	case *csv.ParseError:
		fmt.Fprint(b, " csv.ParseError ", e.StartLine, e.Line, e.Column)
	case hex.InvalidByteError:
		fmt.Fprint(b, " InvalidByteError ", byte(e))
	case base64.CorruptInputError:
		fmt.Fprint(b, " CorruptInputError ", int64(e))
	case x509.UnknownAuthorityError:
		fmt.Fprint(b, " UnknownAuthorityError ", e.Cert == nil)
	case x509.HostnameError:
		fmt.Fprint(b, " HostnameError ", e.Host)
	case tls.RecordHeaderError:
		fmt.Fprint(b, " RecordHeaderError ", e.Msg, e.RecordHeader, e.Conn != nil)
	case *tls.ECHRejectionError:
		fmt.Fprint(b, " ECHRejectionError ", e.RetryConfigList)
	case types.Error:
		fmt.Fprint(b, " types.Error ", e.Fset.Position(e.Pos), e.Fset.PositionFor(e.Pos, false), e.Pos, e.Soft, e.Msg)
	case *template.Error:
		fmt.Fprintf(b, " template.Error %d %q %d %q %T %[5]v", e.ErrorCode, e.Name, e.Line, e.Description, e.Node)
	case texttemplate.ExecError:
		fmt.Fprint(b, " ExecError ", e.Name)
	case *http.MaxBytesError:
		fmt.Fprint(b, " MaxBytesError ", e.Limit)
	case *http.ProtocolError:
		fmt.Fprint(b, " ProtocolError ", e.ErrorString)
	case syscall.Errno:
		fmt.Fprint(b, " Errno ", uintptr(e))
	case runtime.Error:
		fmt.Fprint(b, " runtime.Error")
	}
	if _, ok := err.(interface{ Timeout() bool }); ok {
		fmt.Fprint(b, " Timeout")
	}
	fmt.Fprintln(b)
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			report(b, indent+"  ", inner)
		}
	default:
		if inner := unwrap(err); inner != nil {
			report(b, indent+"  ", inner)
		}
	}
}

// text returns the text of an error, as package fmt has it for a nil pointer.
func text(err error) (s string) {
	defer func() {
		if recover() != nil {
			s = "<nil>"
		}
	}()
	return err.Error()
}

func unwrap(err error) (inner error) {
	defer func() { _ = recover() }()
	return errors.Unwrap(err)
}

// Of returns the report of the error of a name, as the plugin sees it that has made it.
func Of(name string) string { return Report(Make(name)) }

// Called returns the report of the error that a func of the host returns.
func Called(f func() error) string { return Report(f()) }

// Pass returns an error of the host.
func Pass(err error) error { return err }

// Through returns the error that a func of the host returns, with text before it if there is any.
func Through(f func() error, before string) error {
	if err := f(); err != nil && before != "" {
		return fmt.Errorf("%s: %w", before, err)
	} else {
		return err
	}
}

var kept error

// Keep makes the error of a name, and returns it each time.
func Keep(name string) error {
	kept = Make(name)
	return kept
}

// IsKept reports whether an error is the very one that Keep has returned last.
func IsKept(err error) bool { return err == kept }
