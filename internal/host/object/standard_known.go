package object

import (
	"database/sql/driver"
	"io/fs"
	"net/http"
	"reflect"
)

// Proxies for objects of the plugin's own types that implement a known interface, a router
// for instance: see package codec.
type (
	httpHandler struct {
		*remote
		serve func(http.ResponseWriter, *http.Request)
	}
	fileSystem struct {
		*remote
		open func(string) (fs.File, error)
	}
	sqlDriver struct {
		*remote
		open func(string) (driver.Conn, error)
	}
)

func (p *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.serve(w, r) }
func (p *fileSystem) Open(name string) (fs.File, error)                 { return p.open(name) }
func (p *sqlDriver) Open(name string) (driver.Conn, error)              { return p.open(name) }

func init() {
	standard[reflect.TypeFor[http.Handler]()] = func(m methods) (any, error) {
		p := &httpHandler{remote: m.remote}
		var err error
		method(m, "ServeHTTP", &p.serve, &err)
		return p, err
	}
	standard[reflect.TypeFor[fs.FS]()] = func(m methods) (any, error) {
		p := &fileSystem{remote: m.remote}
		var err error
		method(m, "Open", &p.open, &err)
		return p, err
	}
	standard[reflect.TypeFor[driver.Driver]()] = func(m methods) (any, error) {
		p := &sqlDriver{remote: m.remote}
		var err error
		method(m, "Open", &p.open, &err)
		return p, err
	}
}
