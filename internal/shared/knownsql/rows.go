//go:build go1.22

package knownsql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// A stmt is the surrogate of a driver.Stmt.
type stmt struct {
	Inputs int
	Close  func() error
	Exec   func(ctx context.Context, args []driver.NamedValue) (codec.Known[driver.Result], error)
	Query  func(ctx context.Context, args []driver.NamedValue) (knownRows, error)
	Check  func(v driver.NamedValue) (driver.NamedValue, error) // as in conn
}

func packStmt(s driver.Stmt) stmt {
	made := stmt{
		Inputs: s.NumInput(), Close: s.Close,
		Exec: func(ctx context.Context, args []driver.NamedValue) (r codec.Known[driver.Result], err error) {
			if e, ok := s.(driver.StmtExecContext); ok {
				r.Value, err = e.ExecContext(ctx, args)
				return r, err
			}
			values, err := plain(args)
			if err == nil {
				r.Value, err = s.Exec(values) //nolint:staticcheck // of old drivers
			}
			return r, err
		},
		Query: func(ctx context.Context, args []driver.NamedValue) (r knownRows, err error) {
			if q, ok := s.(driver.StmtQueryContext); ok {
				r.Value, err = q.QueryContext(ctx, args)
				return r, err
			}
			values, err := plain(args)
			if err == nil {
				r.Value, err = s.Query(values) //nolint:staticcheck // of old drivers
			}
			return r, err
		},
	}
	switch n := s.(type) {
	case driver.NamedValueChecker:
		made.Check = checker(n)
	case driver.ColumnConverter: //nolint:staticcheck // of old drivers
		made.Check = func(v driver.NamedValue) (_ driver.NamedValue, err error) {
			v.Value, err = n.ColumnConverter(v.Ordinal - 1).ConvertValue(v.Value)
			return v, err
		}
	}
	return made
}

// A remoteStmt is a statement of the other side.
type remoteStmt struct {
	codec.Stand
	stmt stmt
}

var _ interface {
	driver.StmtExecContext
	driver.StmtQueryContext
	driver.NamedValueChecker
} = (*remoteStmt)(nil)

func unpackStmt(s stmt) driver.Stmt { return &remoteStmt{stmt: s} }

func (s *remoteStmt) Close() error  { return s.stmt.Close() }
func (s *remoteStmt) NumInput() int { return s.stmt.Inputs }

func (s *remoteStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	r, err := s.stmt.Exec(ctx, args)
	return r.Value, err
}

func (s *remoteStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	r, err := s.stmt.Query(ctx, args)
	return r.Value, err
}

func (s *remoteStmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), numbered(args))
}

func (s *remoteStmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.QueryContext(context.Background(), numbered(args))
}

func (s *remoteStmt) CheckNamedValue(v *driver.NamedValue) error { return check(s.stmt.Check, v) }

func numbered(args []driver.Value) []driver.NamedValue {
	list := make([]driver.NamedValue, len(args))
	for i, v := range args {
		list[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return list
}

// A column describes a column of the rows.
type column struct {
	Name, Type       string
	Length           int64
	HasLength        bool
	Nullable, Null   bool // Null says that Nullable is known
	Precision, Scale int64
	HasDecimal       bool
}

// A rows is the surrogate of a driver.Rows.
type rows struct {
	Columns []column
	Close   func() error
	// Next returns up to n rows, and io.EOF after the last one.
	Next func(n int) ([][]driver.Value, error)
	More func() bool              // nil if there is one set of results
	Set  func() ([]column, error) // goes to the next one
}

func packRows(r driver.Rows) rows {
	width := len(r.Columns())
	s := rows{Columns: columns(r), Close: r.Close, Next: func(n int) (list [][]driver.Value, err error) {
		for range n {
			row := make([]driver.Value, width)
			if err = r.Next(row); err != nil {
				break
			}
			for i, v := range row {
				if b, ok := v.([]byte); ok {
					row[i] = append([]byte{}, b...) // valid until the next row only
				}
			}
			list = append(list, row)
		}
		return list, err
	}}
	if sets, ok := r.(driver.RowsNextResultSet); ok {
		s.More = sets.HasNextResultSet
		s.Set = func() ([]column, error) {
			if err := sets.NextResultSet(); err != nil {
				return nil, err
			}
			width = len(r.Columns())
			return columns(r), nil
		}
	}
	return s
}

func columns(r driver.Rows) []column {
	names := r.Columns()
	list := make([]column, len(names))
	for i, name := range names {
		c := column{Name: name}
		if t, ok := r.(driver.RowsColumnTypeDatabaseTypeName); ok {
			c.Type = t.ColumnTypeDatabaseTypeName(i)
		}
		if t, ok := r.(driver.RowsColumnTypeLength); ok {
			c.Length, c.HasLength = t.ColumnTypeLength(i)
		}
		if t, ok := r.(driver.RowsColumnTypeNullable); ok {
			c.Nullable, c.Null = t.ColumnTypeNullable(i)
		}
		if t, ok := r.(driver.RowsColumnTypePrecisionScale); ok {
			c.Precision, c.Scale, c.HasDecimal = t.ColumnTypePrecisionScale(i)
		}
		list[i] = c
	}
	return list
}

// A remoteRows has the rows of the other side. It fetches rows ahead: one at first, and then a
// growing number.
type remoteRows struct {
	codec.Stand
	rows    rows
	fetched [][]driver.Value
	err     error
	ahead   int
}

const maxAhead = 64

var _ interface {
	driver.RowsNextResultSet
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
} = (*remoteRows)(nil)

func unpackRows(s rows) driver.Rows { return &remoteRows{rows: s, ahead: 1} }

func (r *remoteRows) Columns() []string {
	names := make([]string, len(r.rows.Columns))
	for i, c := range r.rows.Columns {
		names[i] = c.Name
	}
	return names
}

func (r *remoteRows) Close() error { return r.rows.Close() }

func (r *remoteRows) Next(dest []driver.Value) error {
	if len(r.fetched) == 0 {
		if r.err == nil {
			r.fetched, r.err = r.rows.Next(r.ahead)
			r.ahead = min(2*r.ahead, maxAhead)
		}
		if len(r.fetched) == 0 {
			if errors.Is(r.err, io.EOF) {
				return io.EOF
			}
			return r.err
		}
	}
	copy(dest, r.fetched[0])
	r.fetched = r.fetched[1:]
	return nil
}

func (r *remoteRows) HasNextResultSet() bool { return r.rows.More != nil && r.rows.More() }

func (r *remoteRows) NextResultSet() error {
	if r.rows.Set == nil {
		return io.EOF
	}
	list, err := r.rows.Set()
	if err != nil {
		return err
	}
	r.rows.Columns, r.fetched, r.err, r.ahead = list, nil, nil, 1
	return nil
}

func (r *remoteRows) ColumnTypeDatabaseTypeName(i int) string { return r.rows.Columns[i].Type }

func (r *remoteRows) ColumnTypeLength(i int) (int64, bool) {
	return r.rows.Columns[i].Length, r.rows.Columns[i].HasLength
}

func (r *remoteRows) ColumnTypeNullable(i int) (nullable, ok bool) {
	return r.rows.Columns[i].Nullable, r.rows.Columns[i].Null
}

func (r *remoteRows) ColumnTypePrecisionScale(i int) (precision, scale int64, ok bool) {
	c := r.rows.Columns[i]
	return c.Precision, c.Scale, c.HasDecimal
}

// ColumnTypeScanType returns the type that database/sql uses for columns of unknown type.
func (r *remoteRows) ColumnTypeScanType(int) reflect.Type { return reflect.TypeFor[any]() }
