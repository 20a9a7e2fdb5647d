//go:build go1.22

package knownsql

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// A conn is the surrogate of a driver.Conn.
type conn struct {
	Prepare func(ctx context.Context, query string) (knownStmt, error)
	Close   func() error
	Begin   func(ctx context.Context, isolation int, readOnly bool) (codec.Known[driver.Tx], error)
	Exec    func(ctx context.Context, query string, args []driver.NamedValue) (codec.Known[driver.Result], error)
	Query   func(ctx context.Context, query string, args []driver.NamedValue) (knownRows, error)
	Ping    func(ctx context.Context) error
	Reset   func(ctx context.Context) error
	Valid   func() bool
	// Check is nil if the connection does not check arguments.
	Check func(v driver.NamedValue) (driver.NamedValue, error)
}

func packConn(c driver.Conn) conn {
	s := conn{
		Close: c.Close,
		Prepare: func(ctx context.Context, query string) (knownStmt, error) {
			s, err := prepare(ctx, c, query)
			return knownStmt{Value: s}, err
		},
		Begin: func(ctx context.Context, isolation int, readOnly bool) (codec.Known[driver.Tx], error) {
			t, err := begin(ctx, c, driver.TxOptions{Isolation: driver.IsolationLevel(isolation), ReadOnly: readOnly})
			return codec.Known[driver.Tx]{Value: t}, err
		},
		Exec: func(ctx context.Context, query string, args []driver.NamedValue) (r codec.Known[driver.Result], err error) {
			r.Value, err = exec(ctx, c, query, args)
			return r, err
		},
		Query: func(ctx context.Context, query string, args []driver.NamedValue) (r knownRows, err error) {
			r.Value, err = queryRows(ctx, c, query, args)
			return r, err
		},
		Ping: func(ctx context.Context) error {
			if p, ok := c.(driver.Pinger); ok {
				return p.Ping(ctx)
			}
			return nil
		},
		Reset: func(ctx context.Context) error {
			if r, ok := c.(driver.SessionResetter); ok {
				return r.ResetSession(ctx)
			}
			return nil
		},
		Valid: func() bool {
			if v, ok := c.(driver.Validator); ok {
				return v.IsValid()
			}
			return true
		},
	}
	if n, ok := c.(driver.NamedValueChecker); ok {
		s.Check = checker(n)
	}
	return s
}

func prepare(ctx context.Context, c driver.Conn, query string) (driver.Stmt, error) {
	if p, ok := c.(driver.ConnPrepareContext); ok {
		return p.PrepareContext(ctx, query)
	}
	return c.Prepare(query)
}

func begin(ctx context.Context, c driver.Conn, o driver.TxOptions) (driver.Tx, error) {
	if b, ok := c.(driver.ConnBeginTx); ok {
		return b.BeginTx(ctx, o)
	}
	switch {
	case o.Isolation != 0:
		return nil, errors.New("sql: driver does not support non-default isolation level")
	case o.ReadOnly:
		return nil, errors.New("sql: driver does not support read-only transactions")
	}
	return c.Begin() //nolint:staticcheck // of old drivers
}

func exec(ctx context.Context, c driver.Conn, query string, args []driver.NamedValue) (driver.Result, error) {
	switch e := c.(type) {
	case driver.ExecerContext:
		return e.ExecContext(ctx, query, args)
	case driver.Execer: //nolint:staticcheck // of old drivers
		values, err := plain(args)
		if err != nil {
			return nil, err
		}
		return e.Exec(query, values)
	}
	return nil, driver.ErrSkip
}

func queryRows(ctx context.Context, c driver.Conn, query string, args []driver.NamedValue) (driver.Rows, error) {
	switch q := c.(type) {
	case driver.QueryerContext:
		return q.QueryContext(ctx, query, args)
	case driver.Queryer: //nolint:staticcheck // of old drivers
		values, err := plain(args)
		if err != nil {
			return nil, err
		}
		return q.Query(query, values)
	}
	return nil, driver.ErrSkip
}

// plain returns arguments without names.
func plain(args []driver.NamedValue) ([]driver.Value, error) {
	values := make([]driver.Value, len(args))
	for i, a := range args {
		if a.Name != "" {
			return nil, errors.New("sql: driver does not support the use of Named Parameters")
		}
		values[i] = a.Value
	}
	return values, nil
}

// A remoteConn is a connection of the other side.
type remoteConn struct {
	codec.Stand
	conn conn
}

var _ interface {
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
} = (*remoteConn)(nil)

func unpackConn(s conn) driver.Conn { return &remoteConn{conn: s} }

func (c *remoteConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

func (c *remoteConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.conn.Prepare(ctx, query)
	return s.Value, err
}

func (c *remoteConn) Close() error { return c.conn.Close() }

func (c *remoteConn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

func (c *remoteConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	t, err := c.conn.Begin(ctx, int(o.Isolation), o.ReadOnly)
	return t.Value, err
}

func (c *remoteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	r, err := c.conn.Exec(ctx, query, args)
	return r.Value, err
}

func (c *remoteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	r, err := c.conn.Query(ctx, query, args)
	return r.Value, err
}

func (c *remoteConn) Ping(ctx context.Context) error         { return c.conn.Ping(ctx) }
func (c *remoteConn) ResetSession(ctx context.Context) error { return c.conn.Reset(ctx) }
func (c *remoteConn) IsValid() bool                          { return c.conn.Valid() }

func (c *remoteConn) CheckNamedValue(v *driver.NamedValue) error { return check(c.conn.Check, v) }

// checker returns the func by which the other side checks an argument.
func checker(n driver.NamedValueChecker) func(driver.NamedValue) (driver.NamedValue, error) {
	return func(v driver.NamedValue) (driver.NamedValue, error) {
		err := n.CheckNamedValue(&v)
		return v, err
	}
}

// check lets the other side check an argument, unless f is nil.
func check(f func(driver.NamedValue) (driver.NamedValue, error), v *driver.NamedValue) error {
	if f == nil {
		return driver.ErrSkip
	}
	checked, err := f(*v)
	if err == nil {
		*v = checked
	}
	return err
}
