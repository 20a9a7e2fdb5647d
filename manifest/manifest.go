// Package manifest describes plugins: the functions and variables that a host can use,
// their types and documentation, and what a plugin was built from.
//
// [ReadFile] reads the manifest of a library without running the library's code:
//
//	f, err := manifest.ReadFile("calculator.dll")
//	for i := range f.Manifest.Functions {
//		fmt.Println(f.Manifest.Functions[i].Signature())
//	}
//
// A [Manifest] has the [Function] values of the plugin, each with its parameters and
// results. A [Type] describes a Go type by its structure. Declared types are in
// [Manifest.Types], by their full names, and every mention of one is a Type with that
// name; [Types.Under] looks it up.
//
// The manifest is JSON in the section [Section] of the library's file. After loading the
// host reads it again from the running library, and both must agree. [Format] is the
// version of the JSON's structure.
package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Format is the version of the manifest's own structure. A host refuses a
// library whose manifest has another one.
const Format = 4

// Section is the name of the section that holds the manifest. Eight bytes is
// the longest name that a PE section header holds without a string table.
const Section = ".winplug"

// MaxSize bounds a manifest in bytes, so that a damaged section header cannot make a reader
// allocate any amount of memory.
const MaxSize = 16 << 20

// A Manifest describes one library.
type Manifest struct {
	Format     int    `json:"format"`
	Bridge     Bridge `json:"bridge"`
	Package    string `json:"package"`     // the package clause's name
	ImportPath string `json:"import_path"` // as the go command resolved it
	Doc        string `json:"doc,omitempty"`

	GoVersion string   `json:"go_version"` // of the toolchain that built the library, as in "go1.26.8"
	GOOS      string   `json:"goos"`
	GOARCH    string   `json:"goarch"`
	Flags     []string `json:"flags,omitempty"` // the flags of go build beside the bridge's own

	SourceHash   string   `json:"source_hash"` // SHA-256 in hex of the files of the package and of the further packages
	Dependencies []Module `json:"dependencies,omitempty"`

	// Packages are the packages of the library other than the first.
	Packages []Package `json:"packages,omitempty"`

	Functions []Function `json:"functions"`           // the functions that a host can call, by their index in a call frame
	Skipped   []Skipped  `json:"skipped,omitempty"`   // what is exported and cannot be used by a host
	Types     Types      `json:"types,omitempty"`     // declared types that the functions mention, by full name
	Variables []Variable `json:"variables,omitempty"` // exported package variables; see Variable for their place in a call frame
	Constants []Constant `json:"constants,omitempty"` // exported constants, by type
	Methods   []Function `json:"methods,omitempty"`   // methods of the plugin's objects that the host can call
	Callbacks []Function `json:"callbacks,omitempty"` // methods of the host's objects that the plugin calls, in the order of their index in a callback's frame
}

// A Bridge says in which way a library was made, and which version of the contract
// with the host it follows.
type Bridge struct {
	Kind    string `json:"kind"`             // [CGO], [Pure] or [Program]
	Version int    `json:"version"`          // of the contract; a host refuses another one
	Reason  string `json:"reason,omitempty"` // why the build chose it, for people

	// Entry and Image are for the pure bridge. They are offsets from the address that
	// the library is loaded at: Entry is where its Go runtime starts, Image where the
	// header of its bridge is. The file itself names no entry, so that loading it runs
	// no code.
	Entry uint32 `json:"entry,omitempty"`
	Image uint32 `json:"image,omitempty"`

	Code *CodePlaces `json:"code,omitempty"` // of the pure bridge on Linux
}

// CodePlaces are the places in a library's code that the host patches. They are offsets
// from the address that the library is loaded at.
type CodePlaces struct {
	TLS       []byte   `json:"tls"`       // constants that lead to the thread-local g: each as the distance from the one before, a uvarint
	Functions []uint32 `json:"functions"` // functions that the library's hooks replace; 0 for one that the library does not have
}

// The kinds of a [Bridge].
const (
	CGO  = "cgo"  // made by -buildmode=c-shared; its entries are in C
	Pure = "pure" // made of a Go program, as a DLL or an ELF library; its entries are in Go's assembly

	Program = "program" // a Go program, which runs in a process of its own and cannot be loaded
)

// A Module is a dependency at the version that was built in. A dependency that
// lives in a local folder has no version.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version,omitempty"`
}

// A Function is one callable exported function, or an exported method of a type whose
// values can be copied. A method's name is "Type.Method", and its first parameter is
// the receiver, a pointer if the method has a pointer receiver.
//
// In Methods and Callbacks a Function is a method of an object. Its first parameter is a
// reference to the object. Receiver is the full name of the object's type, or its
// [Type.Text] if the type has no name. Name is the method's name; it is "" for the call of
// a func, and "recv", "send" or "close" for an operation of a channel.
type Function struct {
	Name     string  `json:"name"`
	Receiver string  `json:"receiver,omitempty"` // of a method: the name of its type
	Package  string  `json:"package,omitempty"`  // the import path, if it belongs to a further package; see Manifest.Packages
	Doc      string  `json:"doc,omitempty"`
	Position string  `json:"position,omitempty"` // file:line:column, the file relative to the plugin's folder
	Symbol   string  `json:"symbol,omitempty"`   // the plain C export, if C can express the signature
	Params   []Param `json:"params,omitempty"`
	Results  []Param `json:"results,omitempty"`
	Variadic bool    `json:"variadic,omitempty"` // the last parameter's type is then a slice
	Dynamic  bool    `json:"dynamic,omitempty"`  // it can also be called with values that keep their identity
}

// Receives reports whether f is "recv" of a channel. Its first result is in the frame
// only if the second one says that a value was received.
func (f *Function) Receives() bool {
	return f.Name == "recv" && len(f.Results) > 1 && (strings.HasPrefix(f.Receiver, "<-chan ") || strings.HasPrefix(f.Receiver, "chan "))
}

// Fills reports whether f is as Read of an io.Reader or ReadAt of an io.ReaderAt: it writes to the
// bytes of its first parameter from their beginning, and its first result says how many.
func (f *Function) Fills() bool {
	params, name := f.Params, f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	if f.Receiver != "" {
		params = params[1:]
	}
	return (name == "Read" || name == "ReadAt") && len(params) > 0 && params[0].InOut && params[0].Type.IsBytes() &&
		len(f.Results) == 2 && f.Results[0].Type.Kind == Int && f.Results[1].Type.IsError()
}

// A Param is a parameter or a result. Name may be empty.
type Param struct {
	Name   string `json:"name,omitempty"`
	Type   Type   `json:"type"`
	Borrow bool   `json:"borrow,omitempty"` // the plugin reads the caller's memory during the call; FormText and FormBulk only

	// InOut says that the caller gets what the call writes to the parameter. If its form is
	// FormBulk, the call uses the caller's memory. If it is FormMessage, its value after the
	// call is one more FormMessage after the results, in the order of the parameters. A result
	// of the host's func with InOut is FormMessage, and begins with a handle for its original and
	// a number for the original's memory.
	InOut bool `json:"inout,omitempty"`

	// Written says that the function may write to the parameter, whose form is FormBulk: it
	// gets a copy, and what it has changed of it is copied to the caller's memory when the
	// call ends. If it is called with values of dynamic type, the copy goes back as one of
	// InOut does.
	Written bool `json:"written,omitempty"`
}

// A Variable is an exported package variable. Each adds three functions to those of a
// call frame, from [Manifest.VariableIndex] on: the first gets it (no parameter, one
// result of its type), the next one sets it (one parameter of its type), and the last
// returns its address (one uintptr). A variable of type error is a sentinel: a result that is
// its value is sent by the variable's name.
type Variable struct {
	Name     string `json:"name"`
	Package  string `json:"package,omitempty"` // as in Function
	Doc      string `json:"doc,omitempty"`
	Position string `json:"position,omitempty"`
	Type     Type   `json:"type"`
	Dynamic  bool   `json:"dynamic,omitempty"` // as in Function
}

// Skipped is an exported function or variable that cannot be used, and why. The
// signature of a variable is "var", its name and its type.
type Skipped struct {
	Name      string `json:"name"`
	Signature string `json:"signature,omitempty"` // of a function as Function.Signature gives it
	Reason    string `json:"reason"`
	Position  string `json:"position,omitempty"`
}

// Decode parses and checks a manifest. Bytes after the JSON value must be zero, because a
// section is padded with zeros. The error of a manifest of another format is a *FormatError.
func Decode(data []byte) (*Manifest, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("manifest of %d bytes is larger than the limit of %d", len(data), MaxSize)
	}
	data = bytes.TrimRight(data, "\x00")
	if len(data) == 0 {
		return nil, errors.New("manifest is empty")
	}
	if err := checkItems(data); err != nil {
		return nil, fmt.Errorf("manifest is damaged: %w", err)
	}
	m := new(Manifest)
	err := json.Unmarshal(data, m)
	if err != nil {
		// Fields of another format mean nothing here, and may not fit.
		var head struct {
			Format int `json:"format"`
		}
		if json.Unmarshal(data, &head) == nil && head.Format != Format {
			return nil, &FormatError{Got: head.Format}
		}
		return nil, fmt.Errorf("manifest is damaged: %w", err)
	}
	if m.Format != Format {
		return nil, &FormatError{Got: m.Format}
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("manifest is damaged: %w", err)
	}
	return m, nil
}

// A FormatError reports a manifest of another [Format] than this package reads.
type FormatError struct{ Got int } // the manifest's format

func (e *FormatError) Error() string {
	return fmt.Sprintf("manifest has format %d, this host reads format %d; build the plugin again with this version", e.Got, Format)
}

// Encode checks the manifest and returns it as JSON. Equal manifests give equal bytes.
func (m *Manifest) Encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	return json.Marshal(m)
}

// Lookup returns the function of the given name and its index in Functions, or nil and -1.
func (m *Manifest) Lookup(name string) (*Function, int) {
	name = InstanceName(name)
	for i := range m.Functions {
		if m.Functions[i].Name == name {
			return &m.Functions[i], i
		}
	}
	return nil, -1
}

// InstanceName returns the name that an instance of a generic function has in a manifest,
// "Map[int,string]", for the form in which a directive may write it, "Map[int, string]".
func InstanceName(name string) string { return strings.ReplaceAll(name, ", ", ",") }

// VariableIndex returns the number, in a call frame, of the first of the three functions of
// Variables[i].
func (m *Manifest) VariableIndex(i int) int { return len(m.Functions) + 3*i }

// MethodIndex returns the number, in a call frame, of Methods[i].
func (m *Manifest) MethodIndex(i int) int { return m.VariableIndex(len(m.Variables)) + i }

// check verifies what a consumer relies on without looking again.
func (m *Manifest) check() error {
	if m.Package == "" || m.GOOS == "" || m.GOARCH == "" || m.Bridge.Kind == "" {
		return errors.New("package, system or bridge is missing")
	}
	seen := make(map[string]bool, len(m.Functions))
	for i := range m.Functions {
		f := &m.Functions[i]
		if f.Name == "" || seen[f.Name] {
			return fmt.Errorf("function %d is unnamed or listed twice (%q)", i, f.Name)
		}
		seen[f.Name] = true
		if err := f.check(); err != nil {
			return err
		}
	}
	for _, list := range [][]Function{m.Methods, m.Callbacks} {
		for i := range list {
			if f := &list[i]; f.Receiver == "" || len(f.Params) == 0 {
				return fmt.Errorf("method %d (%q) has no receiver", i, f.Name)
			} else if err := f.check(); err != nil {
				return err
			}
		}
	}
	for name, d := range m.Types {
		if err := d.Type.check(); err != nil {
			return fmt.Errorf("type %s: %w", name, err)
		}
	}
	return nil
}

func (f *Function) check() error {
	for _, list := range [][]Param{f.Params, f.Results} {
		for i := range list {
			if err := list[i].Type.check(); err != nil {
				return fmt.Errorf("function %s: %w", f.Name, err)
			}
		}
	}
	return nil
}
