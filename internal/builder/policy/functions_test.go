package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
)

func TestRefusedFunctions(t *testing.T) {
	m := load(t, `
-- go.mod --
module example.com/p
go 1.21
-- a.go --
package p

import (
	"expvar"
	"log"
	. "path/filepath"
	"net"
	"net/http"
	"net/http/cgi"
	"reflect"
	"runtime"
	"runtime/debug"
	tmpl "text/template"
)

const network = "unix"

type own struct{ *log.Logger }

func (own) Fatal() {}

func F(l *log.Logger, o own, v reflect.Value, c *net.TCPConn) {
	log.Print()
	log.Fatalf("")
	l.Fatal()
	o.Fatal()
	o.Fatalln()
	Glob("*")
	Join("a")
	net.Listen("tcp", ":0")
	net.Listen("unix", "/tmp/x")
	net.Dial(network, "")
	c.File()
	_ = http.Dir("/")
	reflect.NewAt(nil, v.UnsafePointer())
	runtime.FuncForPC(0)
	f := debug.SetGCPercent
	f(1)
	tmpl.Must(new(tmpl.Template).ParseFiles("x"))
	_ = cgi.Handler{}
	_ = expvar.Int{}
}
`)
	all := []string{
		"a.go:4:2: expvar", "a.go:9:2: net/http/cgi",
		"a.go:24:6: log.Fatalf", "a.go:25:4: (*log.Logger).Fatal", "a.go:27:4: (*log.Logger).Fatalln", "a.go:28:2: path/filepath.Glob",
		"a.go:31:6: net.Listen unix", "a.go:32:6: net.Dial unix", "a.go:33:4: (*net.conn).File", "a.go:34:11: net/http.Dir",
		"a.go:35:10: reflect.NewAt", "a.go:35:23: (reflect.Value).UnsafePointer", "a.go:36:10: runtime.FuncForPC",
		"a.go:37:13: runtime/debug.SetGCPercent", "a.go:39:31: (*text/template.Template).ParseFiles",
	}
	without := func(texts ...string) (list []string) {
	next:
		for _, v := range all {
			for _, text := range texts {
				if strings.Contains(v, text) {
					continue next
				}
			}
			list = append(list, v)
		}
		return list
	}
	tests := []struct {
		name   string
		policy policy.Policy
		want   []string
	}{
		{"default", policy.Policy{}, all},
		{"log allowed", policy.Policy{Allow: []string{"log"}}, without("log.")},
		{"unsafe allowed", policy.Policy{Allow: []string{"unsafe"}}, without("reflect", "FuncForPC")},
		{"net allowed", policy.Policy{Allow: []string{"net"}}, without("net.")},
		{"net and below allowed", policy.Policy{Allow: []string{"net/..."}}, without("net.", "net/")},
		{"any import", policy.Policy{AnyImport: true}, nil},
		{"off", policy.Policy{Off: true}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.policy.Check(m)
			var e *policy.Error
			if err != nil && !errors.As(err, &e) {
				t.Fatalf("error is %v, want a *policy.Error", err)
			}
			var got []string
			if e != nil {
				for _, v := range e.Violations {
					got = append(got, strings.TrimSuffix(v.String(), ": "+v.Reason))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// A package by its import path may import anything, but bring no C.
func TestAnyImport(t *testing.T) {
	m := load(t, "-- a.go --\npackage p\nimport (\"os\"; _ \"unsafe\")\nfunc F() { os.Exit(1) }\n-- c.go --\npackage p\nimport \"C\"\n-- x.c --\n")
	err := policy.Policy{AnyImport: true}.Check(m)
	var e *policy.Error
	if !errors.As(err, &e) || len(e.Violations) != 2 || e.Violations[0].Subject != "C" || e.Violations[1].Subject != "x.c" {
		t.Errorf("error is %v, want one that refuses C and x.c alone", err)
	}
}
