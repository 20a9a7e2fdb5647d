package modfetch

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
)

// A goCommand runs the go command in a module.
type goCommand struct {
	Config
	dir      string
	isolated bool // the module is no part of a workspace
}

// A saidError is what the go command said as it gave up.
type saidError struct{ text string }

func (e *saidError) Error() string { return e.text }

// run returns what the go command printed.
func (g *goCommand) run(ctx context.Context, args ...string) ([]byte, error) {
	env := g.Env
	if g.isolated {
		env = append(env[:len(env):len(env)], "GOWORK=off")
	}
	out, err := command.Command{Path: g.Go, Args: args, Dir: g.dir, Env: env}.Run(ctx)
	if failed := new(command.Error); errors.As(err, &failed) && !command.NotStarted(err) {
		return nil, &saidError{text: failed.Stderr}
	}
	return out, err
}

// failure returns the error for a query that cannot be answered. cause may be nil.
func (q Query) failure(cause error, text string) error {
	return &source.BuildError{Package: q.String(), Err: &reason{text, cause}}
}

// A reason is an error with another text.
type reason struct {
	text string
	is   error
}

func (r *reason) Error() string { return r.text }
func (r *reason) Unwrap() error { return r.is }

// explain says what to do about what the go command said.
func (q Query) explain(said *saidError) error {
	if err := source.TooOld(said.text); err != nil {
		return &source.BuildError{Package: q.String(), Err: err}
	}
	var lines []string
	for line := range strings.Lines(said.text) {
		line = strings.TrimSpace(line)
		line = strings.TrimPrefix(strings.TrimPrefix(line, "go: "), q.String()+": ")
		if line != "" && !strings.HasPrefix(line, "downloading ") && !strings.HasPrefix(line, "added ") {
			lines = append(lines, line)
		}
	}
	text := strings.ReplaceAll(strings.Join(lines, "; "), " imports; ", " imports ")
	has := func(list ...string) bool {
		for _, s := range list {
			if strings.Contains(text, s) {
				return true
			}
		}
		return false
	}
	switch {
	case has("does not contain package"):
		return q.failure(source.ErrNoPackage, text+"; look up the package's path, at pkg.go.dev for example")
	case has("missing go.sum entry", "updates to go.mod needed"):
		return q.failure(nil, fmt.Sprintf("%s; fix the host's module by go get %s, or name a version, as in %s@latest", text, q.Path, q.Path))
	case has("unknown revision", "no matching versions", "invalid version"):
		return q.failure(source.ErrNoPackage, fmt.Sprintf("%s; choose one of go list -m -versions MODULE, or %s@latest", text, q.Path))
	case has("module lookup disabled", "dial tcp", "no such host", "i/o timeout", "connection refused", "connection reset", "TLS handshake", "network is unreachable", "certificate", "proxyconnect"):
		return q.failure(nil, "it cannot be downloaded: "+text+"; look at the network and at go env GOPROXY, or name a version that is in the module cache")
	case has("checksum mismatch", "SECURITY ERROR", "verifying "):
		return q.failure(nil, "the download is refused: "+text+"; look at go env GOSUMDB, GOPRIVATE and GOPROXY, and trust no other copy until you know why")
	}
	return q.failure(source.ErrNoPackage, text+"; look at the path and the version, and at go env GOPROXY and GOPRIVATE if the module is a private one")
}
