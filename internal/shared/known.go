package shared

// knowns maps the names of the known types to the packages that register them: see package
// codec. A plugin gets a copy of those packages whose types occur in its signatures. Of a
// struct type, the pointers are known.
var knowns = map[string]string{
	"time.Location":                 "knowntime",
	"net/http.Request":              "knownhttp",
	"net/http.ResponseWriter":       "knownhttp",
	"net/http.Handler":              "knownhttp",
	"net.Conn":                      "knownnet",
	"net.Listener":                  "knownnet",
	"io/fs.FS":                      "knownfs",
	"io/fs.File":                    "knownfs",
	"io/fs.FileInfo":                "knownfs",
	"io/fs.DirEntry":                "knownfs",
	"log/slog.Logger":               "knownslog",
	"log/slog.Handler":              "knownslog",
	"image.Image":                   "knownimage",
	"database/sql/driver.Driver":    "knownsql",
	"database/sql/driver.Conn":      "knownsql",
	"database/sql/driver.Stmt":      "knownsql",
	"database/sql/driver.Tx":        "knownsql",
	"database/sql/driver.Rows":      "knownsql",
	"database/sql/driver.Result":    "knownsql",
	"database/sql/driver.Connector": "knownsql",
}

// served maps packages that register types of parameters and results of the host's methods
// to the packages of the standard library that declare these types. A plugin gets a copy of
// those that are of use to a package that it is built with.
var served = map[string]string{"logvalue": "log/slog", "sqlvalue": "database/sql/driver", "xmlvalue": "encoding/xml"}

// Serves returns the package of the standard library that a package registers types of, "" if
// there is none.
func Serves(folder string) string { return served[folder] }

// Known returns the package that registers a known type, or "" if the type is not known.
func Known(name string) string { return knowns[name] }

// IsKnown reports whether a package registers known types.
func IsKnown(folder string) bool {
	for _, k := range knowns {
		if k == folder {
			return true
		}
	}
	return false
}
