package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// variables change what go build makes. GOFLAGS and its like can also come from
// go env -w, whose file is one of the build's inputs.
var variables = []string{
	"GOFLAGS", "GOWORK", "GO111MODULE", "GOEXPERIMENT", "GOFIPS140",
	"GOAMD64", "GOARM64", "GO_EXTLINK_ENABLED", "GO_LDFLAGS",
	"CXX", "AR", "PKG_CONFIG", "PKG_CONFIG_PATH",
	"CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS",
	"CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "SDKROOT", "MACOSX_DEPLOYMENT_TARGET",
}

// choices only change which toolchain is used. An artifact's key contains that toolchain
// itself, so it does not depend on the toolchain's folder.
var choices = []string{"GOROOT", "GOTOOLCHAIN", "GOENV", "CC"}

// environment returns those of the variables that are set, with their values.
func environment(names ...string) []string {
	var list []string
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			list = append(list, name+"="+value)
		}
	}
	return list
}

// digest hashes strings and lists of strings. Different inputs have different encodings.
func digest(parts ...any) string {
	var b strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&b, "%q\n", part)
	}
	return hashString(b.String())
}

// indexKey names the record of what the configuration builds.
func (b *builder) indexKey() string {
	return digest("index", recordFormat, manifest.Format, moduleVersion(), bridge.Fingerprint(),
		b.Dir, b.pkg, b.File, b.Packages, b.GOOS, b.GOARCH, b.Bridge, b.Separate, b.CExports, b.Flags, b.Borrow, b.InOut, b.Methods, b.Instantiate, b.Go, b.CC,
		fmt.Sprint(b.Policy.Off, b.Policy.AnyImport, b.StrictImports), slices.Sorted(slices.Values(b.Policy.Allow)),
		environment(variables...), environment(choices...), environment("CC_FOR_"+b.GOOS+"_"+b.GOARCH))
}

// artifactKey names the artifact by everything that decides its bytes. No path
// of this machine is part of it: the same sources give the same file elsewhere.
func (b *builder) artifactKey(s *snapshot, m *source.Model, out *bridge.Output, c *cBuild, toolchainDigest string) string {
	var overlay []string
	add := func(importPath string, files map[string][]byte) {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			overlay = append(overlay, importPath, name, hashString(string(files[name])))
		}
	}
	add("", out.Overlay)
	add("std", out.Runtime)
	for _, p := range out.Packages {
		add(p.ImportPath, p.Files)
	}
	var private []string // C code reads files that are known only after compiling, so no other folder gets its library
	if c != nil {
		private = []string{m.Dir, c.Macro}
	}
	return digest("artifact", recordFormat, private, m.Name, b.GOOS, b.GOARCH, b.Flags, toolchainDigest,
		s.sum(b.Dir, detect.SettingsFile(nil)), overlay, out.Target, out.Manifest.Bridge.Reason, m.Env,
		environment(variables...))
}

// moduleVersion is this module's version in the running program, so that another
// one, with another policy perhaps, analyses again.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if info.Main.Path == module {
		return info.Main.Version
	}
	for _, dep := range info.Deps {
		if dep.Path == module {
			return dep.Version + " " + dep.Sum
		}
	}
	return ""
}

func hashString(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
