package policy

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"
)

const (
	files    = "reaches files"
	ends     = "ends the host's process"
	settings = "changes settings of the whole runtime"
	memory   = "reaches memory past Go's types"
	socket   = "reaches files of the system"
)

// refusedPackages are packages of the standard library that have no use but the
// refused one.
var refusedPackages = map[string]string{
	"os/exec":          "starts other programs",
	"os/signal":        "takes signals away from the host",
	"syscall":          "calls the system past every check",
	"unsafe":           memory,
	"plugin":           "loads other code into the process",
	"net/http/cgi":     "starts other programs",
	"net/http/fcgi":    "serves files that the host has open",
	"net/http/pprof":   "shows the host's memory and command line by HTTP",
	"expvar":           "shows the host's memory and command line by HTTP",
	"go/build":         "reads files and starts the go command",
	"log/syslog":       socket,
	"runtime/coverage": "writes files",
	"testing":          "adds flags to the host's command line and ends its process",
}

// A refusedFunction is a function, method or type of a package that has other uses.
type refusedFunction struct{ allow, reason string }

// refusedFunctions are named as [types.Func.FullName] has them.
var refusedFunctions = functions(map[string]map[string]string{
	"archive/zip":     {"archive/zip.OpenReader": files},
	"crypto/tls":      {"crypto/tls.LoadX509KeyPair": files},
	"debug/buildinfo": {"debug/buildinfo.ReadFile": files},
	"debug/elf":       {"debug/elf.Open": files},
	"debug/macho":     {"debug/macho.Open debug/macho.OpenFat": files},
	"debug/pe":        {"debug/pe.Open": files},
	"debug/plan9obj":  {"debug/plan9obj.Open": files},
	"html/template": {"html/template.ParseFiles html/template.ParseGlob " +
		"(*html/template.Template).ParseFiles (*html/template.Template).ParseGlob": files},
	"io/ioutil": {"io/ioutil.ReadFile io/ioutil.WriteFile io/ioutil.ReadDir io/ioutil.TempFile io/ioutil.TempDir": files},
	"log":       {"log.Fatal log.Fatalf log.Fatalln (*log.Logger).Fatal (*log.Logger).Fatalf (*log.Logger).Fatalln": ends},
	"net": {"net.ListenUnix net.ListenUnixgram net.DialUnix net.FileConn net.FileListener net.FilePacketConn " +
		"(*net.conn).File (*net.TCPConn).File (*net.UDPConn).File (*net.IPConn).File (*net.UnixConn).File " +
		"(*net.TCPListener).File (*net.UnixListener).File": socket},
	"net/http":      {"net/http.Dir net/http.ServeFile": files},
	"path/filepath": {"path/filepath.Walk path/filepath.WalkDir path/filepath.Glob path/filepath.EvalSymlinks": files},
	"runtime/debug": {"runtime/debug.SetGCPercent runtime/debug.SetMaxStack runtime/debug.SetMaxThreads runtime/debug.SetMemoryLimit " +
		"runtime/debug.SetPanicOnFault runtime/debug.SetTraceback runtime/debug.SetCrashOutput runtime/debug.WriteHeapDump": settings},
	"text/template": {"text/template.ParseFiles text/template.ParseGlob " +
		"(*text/template.Template).ParseFiles (*text/template.Template).ParseGlob": files},
	"unsafe": {"reflect.NewAt reflect.SliceAt (reflect.Value).UnsafePointer (reflect.Value).UnsafeAddr (reflect.Value).SetPointer " +
		"runtime.FuncForPC": memory},
})

// functions turns a table of names by the import that allows them into one by name.
func functions(table map[string]map[string]string) map[string]refusedFunction {
	list := make(map[string]refusedFunction)
	for allow, group := range table {
		for names, reason := range group {
			for name := range strings.FieldsSeq(names) {
				list[name] = refusedFunction{allow, reason}
			}
		}
	}
	return list
}

// dialers take the name of a network, which may be one of Unix sockets.
var dialers = map[string]bool{
	"net.Listen": true, "net.ListenPacket": true, "net.Dial": true, "net.DialTimeout": true,
	"(*net.Dialer).Dial": true, "(*net.Dialer).DialContext": true,
	"(*net.ListenConfig).Listen": true, "(*net.ListenConfig).ListenPacket": true,
}

// uses looks for refused functions, methods and types, wherever they are mentioned.
func (c *check) uses() {
	for ident, obj := range c.model.Uses {
		name := fullName(obj)
		if f, ok := refusedFunctions[name]; ok && !c.allowed(f.allow) {
			c.add(ident.Pos(), name, f.reason, f.allow)
		}
	}
	if c.model.Uses == nil || c.allowed("net") {
		return
	}
	for _, f := range c.model.Files {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				c.dial(call)
			}
			return true
		})
	}
}

// dial refuses a call that opens a Unix socket, if it names the network by a constant.
func (c *check) dial(call *ast.CallExpr) {
	callee, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !dialers[fullName(c.model.Uses[callee.Sel])] {
		return
	}
	for _, arg := range call.Args {
		if network := c.constant(arg); strings.HasPrefix(network, "unix") {
			c.add(callee.Sel.Pos(), fullName(c.model.Uses[callee.Sel])+" "+network, socket, "net")
			return
		}
	}
}

// constant returns the value of a string literal or of a constant, or "".
func (c *check) constant(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value)
		return s
	case *ast.Ident:
		if k, ok := c.model.Uses[e].(*types.Const); ok && k.Val().Kind() == constant.String {
			return constant.StringVal(k.Val())
		}
	}
	return ""
}

// fullName names a function as [types.Func.FullName] does, and a type in the same way.
func fullName(obj types.Object) string {
	switch obj := obj.(type) {
	case *types.Func:
		return obj.FullName()
	case *types.TypeName:
		if obj.Pkg() != nil {
			return obj.Pkg().Path() + "." + obj.Name()
		}
	}
	return ""
}
