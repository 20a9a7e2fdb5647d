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
