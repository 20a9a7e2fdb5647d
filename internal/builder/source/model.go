package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Model is the result of the analysis of a plugin's package.
type Model struct {
	Dir        string // absolute and cleaned; symbolic links in it are kept
	Root       string // where the go command runs: Dir, or the main module's folder if the package is of another one
	Name       string // of the package clause
	ImportPath string
	Doc        string
	ByPath     bool // it was named by its import path

	// Packages are the further packages of the library. What a host can use of them is
	// described in the model of the first one, under qualified names. Each has files, names
	// and what is known of these, and nothing of what the fields from Functions on hold.
	Packages  []*Model
	Qualifier string // begins the names of a further package: "extension."
	Fixed     bool   // a further package whose folder the build adds no files to

	Bare       bool   // no go.mod in the folder or above it
	ModulePath string // "" if bare
	GoMod      string // "" if bare
	GoVersion  string // of the toolchain that analysed it, as in "go1.26.8"
	Language   string // that the package's source is written in, as in "go1.22"; "" if it is newer than this program knows, or none is said

	// GoModOverlay is the go.mod that a bare folder was analysed with; the
	// build must put the same one at Dir/go.mod by overlay. Nil otherwise.
	GoModOverlay []byte
	// Env holds variables that the build must set beyond Config.Env, so that
	// the go command resolves imports as it did here.
	Env []string

	Files []File // the Go files that are built for the target
	// CgoFiles are Go files that import "C" and are left out only because the
	// analysis ran with CGO_ENABLED=0. Their declarations are not in the model.
	CgoFiles   []File
	OtherFiles []string // C, assembly, headers, objects … of the package, absolute

	// StdImports are those of the package's imports that are the standard
	// library's, sorted.
	StdImports []string

	// BuiltWith has the import paths of all packages that the library is built with.
	BuiltWith map[string]bool

	// Uses are the objects that the identifiers in Files refer to. It is nil before the
	// package is type-checked.
	Uses map[*ast.Ident]types.Object

	Fset       *token.FileSet
	Functions  []Function                // exported functions of the package, by name, generic ones included; then methods of types whose values can be copied
	Methods    []Function                // what the host calls of the plugin's objects, see manifest.Function
	Callbacks  []Function                // what the plugin calls of the host's objects
	LeftOut    []LeftOut                 // types whose methods are too far from the package to be among Methods
	Variables  []Variable                // exported variables of the package, by name
	Unasked    []Unasked                 // further methods as in Asks, beyond the limit
	Makes      []Make                    // exported types that the host can make values of, by name
	Asks       []Ask                     // methods that the packages may look for in values of dynamic type
	AskedFuncs []AskedFunc               // func types that the packages may look for in values of dynamic type
	Constants  []manifest.Constant       // exported constants of the package, as in the manifest
	Errors     []ErrorConstant           // those of Constants that are errors
	Types      manifest.Types            // declared types that functions and variables mention, transitively, by full name
	Named      map[string]*types.Named   // those and perhaps more, as the type checker knows them
	Scope      map[string]token.Position // every package-level identifier and its place

	Dependencies []manifest.Module   // modules of all packages built in, sorted, without the plugin's own
	CDirs        []string            // folders of the packages, but for the standard library's, that bring C
	Assembly     map[string][]string // files that the assembly of packages includes, by import path; see assemblyIncludes
	Inputs       Inputs
	Copies       map[string]Copy   // of Inputs.Files, by path
	Names        map[string]string // [HashNames] of Inputs.Dirs, by path
	Overlay      map[string]string // what the build must read in place of files, as in -overlay; "" must not be seen
	SourceHash   string            // SHA-256 in hex over the names and contents of the package's files, embedded ones included

	// Listing is for a later analysis; see [Config.Listing]. It is nil if the library has
	// several packages.
	Listing *Listing

	read     func(path string) ([]byte, error)
	info     *types.Info    // nil before the package is type-checked, and if it was checked elsewhere
	importer types.Importer // of packages that the package is built with; nil if it was checked elsewhere
}

// A File is a Go file of the package. Path is absolute.
type File struct {
	Path   string
	Syntax *ast.File // with comments
	Data   []byte    // what was parsed
}

// A Function is an exported function at package level, or an exported method. Its
// Symbol is empty, its Position "file.go:12:6" relative to the model's Dir.
type Function struct {
	manifest.Function
	Object  *types.Func      // of a method: as declared, perhaps on an embedded type; nil for a function value's
	Type    *types.Signature // of a method: with the receiver as the first parameter
	Generic bool
	Example string // of a generic function: an instance that obeys its constraints, "" if none is known

	// TypeArgs are the type arguments of an instance that a directive names.
	TypeArgs []types.Type
}

// A Variable is an exported variable at package level.
type Variable struct {
	manifest.Variable
	Object *types.Var
	Reason string // why its value cannot cross, as the end of a sentence; "" if it can
}

// A Make is an exported type of the package that the host can make values of.
type Make struct {
	Name string // as in the package; of an instance as the directive has it
	Type types.Type
}

// Inputs is everything on disk that the result of a build depends on, beyond
// GOROOT and the module cache, whose files never change. All paths are absolute,
// and the lists are sorted.
type Inputs struct {
	// Files of all local packages (the plugin's, those of its module, replaced
	// modules, workspace and vendor folder), embedded files, go.mod, go.sum,
	// go.work, go.work.sum, vendor/modules.txt and the go command's settings.
	Files []string
	// Dirs are folders whose list of names matters: a new file may change the
	// result.
	Dirs []string
	// EmbedDirs are those of Dirs where any new name matters, as they are
	// embedded. In the others only names that [IsSourceName] reports do.
	EmbedDirs []string
	// Absent are paths that must stay missing, such as a go.mod between a
	// package and its module's root.
	Absent []string
}
