package known

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
)

// Driver returns a driver of a database that counts.
func Driver() driver.Driver { return counting{} }

// Query runs a query of the host's driver.
func Query(d driver.Driver, query string) (sum int64, err error) {
	db := sql.OpenDB(opener{d})
	defer db.Close()
	rows, err := db.Query(query, 4)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, rows.Err()
}

type opener struct{ d driver.Driver }

func (o opener) Connect(context.Context) (driver.Conn, error) { return o.d.Open("name") }
func (o opener) Driver() driver.Driver                        { return o.d }

type counting struct{}

func (counting) Open(name string) (driver.Conn, error) {
	if name == "" {
		return nil, errors.New("a name is missing")
	}
	return &conn{name: name}, nil
}

type conn struct {
	name string
	in   bool
}

func (c *conn) Prepare(query string) (driver.Stmt, error) {
	if query == "broken" {
		return nil, driver.ErrBadConn
	}
	return &stmt{c, query}, nil
}
func (c *conn) Close() error              { return nil }
func (c *conn) Begin() (driver.Tx, error) { c.in = true; return c, nil }
func (c *conn) Commit() error             { c.in = false; return nil }
func (c *conn) Rollback() error           { c.in = false; return nil }

type stmt struct {
	c     *conn
	query string
}

func (s *stmt) Close() error  { return nil }
func (s *stmt) NumInput() int { return 1 }
func (s *stmt) Exec(args []driver.Value) (driver.Result, error) {
	return driver.RowsAffected(args[0].(int64)), nil
}
func (s *stmt) Query(args []driver.Value) (driver.Rows, error) {
	return &rows{n: args[0].(int64), fail: s.query == "fail"}, nil
}

type rows struct {
	at, n int64
	fail  bool
}

func (r *rows) Columns() []string { return []string{"n"} }
func (r *rows) Close() error      { return nil }
func (r *rows) Next(dest []driver.Value) error {
	if r.at == r.n {
		if r.fail {
			return errors.New("the disk is full")
		}
		return io.EOF
	}
	dest[0] = r.at
	r.at++
	return nil
}
