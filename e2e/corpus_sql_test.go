package e2e

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

func init() {
	twins["sqlite"] = twin{module: "more", path: "modernc.org/sqlite", run: sqliteTwin}
	twins["pgtype"] = twin{module: "more", path: "github.com/jackc/pgx/v5/pgtype", run: pgtypeTwin}
}

func sqliteTwin(r *corpusRun) {
	name := fmt.Sprint("sqlite", len(sql.Drivers())) // registered again by each run
	sql.Register(name, asA[driver.Driver](r.make("Driver", nil)))
	db := must(sql.Open(name, ":memory:"))
	defer db.Close()
	db.SetMaxOpenConns(1)
	must(db.Exec("create table t (id integer primary key, name text, at datetime, data blob, x real)"))
	r.step("insert", func() any {
		r := must(db.Exec("insert into t (name, at, data, x) values (?, ?, ?, ?)", "ada", time.Unix(1e9, 0).UTC(), []byte{1, 2}, 1.5))
		return fmt.Sprint(r.LastInsertId())
	})
	r.step("null", func() any {
		r := must(db.Exec("insert into t (name) values (:name)", sql.Named("name", nil)))
		return fmt.Sprint(r.RowsAffected())
	})
	r.step("query", func() any {
		var out []string
		rows := must(db.Query("select id, name, data, x from t order by id"))
		defer rows.Close()
		columns := must(rows.Columns())
		for rows.Next() {
			var id int
			var name sql.NullString
			var data []byte
			var x *float64
			if err := rows.Scan(&id, &name, &data, &x); err != nil {
				return err
			}
			out = append(out, fmt.Sprint(id, name, data, x == nil))
		}
		return fmt.Sprint(out, rows.Err(), columns)
	})
	r.step("time", func() any {
		var at time.Time
		err := db.QueryRow("select at from t where id = 1").Scan(&at)
		return fmt.Sprint(at, err)
	})
	r.step("norows", func() any {
		var n int
		return errors.Is(db.QueryRow("select id from t where id = 99").Scan(&n), sql.ErrNoRows)
	})
	r.step("error", func() any { _, err := db.Exec("insert into nope values (1)"); return err })
	r.step("unique", func() any { _, err := db.Exec("insert into t (id) values (1)"); return err })
	r.step("tx", func() any {
		tx := must(db.Begin())
		must(tx.Exec("delete from t"))
		err := tx.Rollback()
		var n int
		scan := db.QueryRow("select count(*) from t").Scan(&n)
		return fmt.Sprint(err, scan, n)
	})
	r.step("prepared", func() any {
		s := must(db.Prepare("select ? + ?"))
		defer s.Close()
		var n int
		err := s.QueryRow(40, 2).Scan(&n)
		return fmt.Sprint(n, err)
	})
	r.step("types", func() any {
		rows := must(db.Query("select id, name from t"))
		defer rows.Close()
		var out []string
		for _, t := range must(rows.ColumnTypes()) {
			out = append(out, t.DatabaseTypeName())
		}
		return out
	})
}

func pgtypeTwin(r *corpusRun) {
	m := r.do("NewMap")
	text, binary := r.constant("TextFormatCode"), r.constant("BinaryFormatCode")
	scan := func(oid string, src []byte, dst any) error {
		_, err := tryOn(m, "Scan", r.constant(oid), text, src, dst)
		return err
	}
	r.step("encode", func() any {
		return string(on(m, "Encode", r.constant("Int4ArrayOID"), text, []int32{1, 2}, nil).([]byte))
	})
	r.step("binary", func() any { return on(m, "Encode", r.constant("Int8OID"), binary, 42, nil) })
	r.step("scan", func() any {
		var n int
		err := scan("Int4OID", []byte("42"), &n)
		return fmt.Sprint(n, err)
	})
	r.step("array", func() any {
		var list []string
		err := scan("TextArrayOID", []byte(`{a,"b c"}`), &list)
		return fmt.Sprintf("%q %v", list, err)
	})
	r.step("null", func() any {
		n := new(int)
		err := scan("Int4OID", nil, &n)
		return fmt.Sprint(n == nil, err)
	})
	r.step("time", func() any {
		var at time.Time
		err := scan("TimestamptzOID", []byte("2024-02-29 12:30:00+00"), &at)
		return fmt.Sprint(at.UTC(), err)
	})
	r.step("json", func() any {
		var p corpusPerson
		err := scan("JSONBOID", []byte(`{"Name":"Ada","Age":36}`), &p)
		return fmt.Sprint(p, err)
	})
	r.step("jsonout", func() any {
		return string(on(m, "Encode", r.constant("JSONOID"), text, corpusPerson{"Ada", 36}, nil).([]byte))
	})
	r.step("bad", func() any { var n int; return scan("Int4OID", []byte("x"), &n) })
	r.step("numeric", func() any {
		n := r.make("Numeric", nil)
		_, err := tryOn(n, "Scan", "12.50")
		return fmt.Sprint(field(n, "Int"), field(n, "Exp"), field(n, "Valid"), err, string(on(n, "MarshalJSON").([]byte)))
	})
	r.step("uuid", func() any {
		u := r.make("UUID", nil)
		_, err := tryOn(u, "Scan", "f47ac10b-58cc-0372-8567-0e02b2c3d479")
		return fmt.Sprint(field(u, "Valid"), on(u, "String"), err, on(u, "Value"))
	})
	r.step("type", func() any {
		found := on(m, "TypeForOID", r.constant("UUIDOID")).([]any)
		return fmt.Sprint(field(found[0], "Name"), found[1])
	})
	r.step("sql", func() any {
		var list []int
		_, err := tryOn(on(m, "SQLScanner", &list), "Scan", "{3,4}")
		return fmt.Sprint(list, err)
	})
}
