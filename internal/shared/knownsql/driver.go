//go:build go1.22

// Package knownsql registers the known types for drivers of database/sql: see package codec. If
// a driver lacks an optional interface, its methods do what database/sql does without them.
package knownsql

import (
	"context"
	"database/sql/driver"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("database/sql/driver.ErrBadConn", driver.ErrBadConn)
	codec.RegisterSentinel("database/sql/driver.ErrSkip", driver.ErrSkip)
	codec.RegisterSentinel("database/sql/driver.ErrRemoveArgument", driver.ErrRemoveArgument)
	codec.RegisterKnown(packDriver, unpackDriver)
	codec.RegisterKnown(packConnector, unpackConnector)
	codec.RegisterKnown(packConn, unpackConn)
	codec.RegisterKnown(packStmt, unpackStmt)
	codec.RegisterKnown(packTx, unpackTx)
	codec.RegisterKnown(packRows, unpackRows)
	codec.RegisterCopied(packResult, func(r result) driver.Result { return remoteResult{r} })
}

type (
	knownConn = codec.Known[driver.Conn]
	knownStmt = codec.Known[driver.Stmt]
	knownRows = codec.Known[driver.Rows]
)

// A base is the surrogate of a driver.Driver.
type base struct {
	Open func(name string) (knownConn, error)
}

func packDriver(d driver.Driver) base {
	return base{func(name string) (knownConn, error) {
		c, err := d.Open(name)
		return knownConn{Value: c}, err
	}}
}

type remoteDriver struct {
	codec.Stand
	base base
}

func unpackDriver(s base) driver.Driver { return &remoteDriver{base: s} }

func (d *remoteDriver) Open(name string) (driver.Conn, error) {
	c, err := d.base.Open(name)
	return c.Value, err
}

// A connector is the surrogate of a driver.Connector.
type connector struct {
	Connect func(ctx context.Context) (knownConn, error)
	Driver  codec.Known[driver.Driver]
}

func packConnector(c driver.Connector) connector {
	return connector{func(ctx context.Context) (knownConn, error) {
		conn, err := c.Connect(ctx)
		return knownConn{Value: conn}, err
	}, codec.Known[driver.Driver]{Value: c.Driver()}}
}

type remoteConnector struct {
	codec.Stand
	connector connector
}

func unpackConnector(s connector) driver.Connector { return &remoteConnector{connector: s} }

func (c *remoteConnector) Driver() driver.Driver { return c.connector.Driver.Value }

func (c *remoteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.connector.Connect(ctx)
	return conn.Value, err
}

// A result is the surrogate of a driver.Result.
type result struct {
	ID, Rows       int64
	IDErr, RowsErr error
}

func packResult(r driver.Result) (s result) {
	s.ID, s.IDErr = r.LastInsertId()
	s.Rows, s.RowsErr = r.RowsAffected()
	return s
}

type remoteResult struct{ result result }

func (r remoteResult) LastInsertId() (int64, error) { return r.result.ID, r.result.IDErr }
func (r remoteResult) RowsAffected() (int64, error) { return r.result.Rows, r.result.RowsErr }

// A transaction is the surrogate of a driver.Tx.
type transaction struct{ Commit, Rollback func() error }

func packTx(t driver.Tx) transaction { return transaction{t.Commit, t.Rollback} }

type remoteTx struct {
	codec.Stand
	tx transaction
}

func unpackTx(s transaction) driver.Tx { return &remoteTx{tx: s} }

func (t *remoteTx) Commit() error   { return t.tx.Commit() }
func (t *remoteTx) Rollback() error { return t.tx.Rollback() }
