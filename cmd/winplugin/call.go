package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/cmd/winplugin/internal/textform"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func newCallCommand(t *terminal, f *flags) *cobra.Command {
	var asJSON, isolate bool
	cmd := &cobra.Command{
		Use:   "call [flags] DIR|LIBRARY FUNCTION [ARG…]",
		Short: "Call a function of a plugin",
		Long: `Call opens a plugin, calls one of its functions and prints each result on a line. The
plugin is a folder with a Go package, the import path of a package, or a finished
library.

The parameter's type decides how an argument is read:

  numbers, bools  Go's syntax: -5, 0x1F, 1_000, 1e9, true
  strings         the text as it is
  bytes           the text as it is or, after "base64:", base64
  slices, maps, structs
                  JSON, with the names of the fields or of their json tags
  times, big numbers and other types with MarshalText
                  the same text as in JSON, without quotes
  any             JSON; other text is a string

A variadic parameter takes one argument for each element. Results are printed in the
same forms; bytes that are not printable text are in base64. Objects are printed as
the text of MarshalText, or as JSON if they are structs; other pointers, functions and
channels as the names of their types. With --json the results are one JSON array, with
bytes in base64. If the function's first parameter is a context, it gets the command's.

Flags come before DIR. Everything after the function's name is an argument, so -5 is
a number. Only --json may also come last, after all arguments.

What the plugin prints goes to standard error. If the function returns an error, its
text goes there too, and the exit code is 7.`,
		Example: `  winplugin call ./examples/calculator Execute 10 -20
  winplugin call --json ./examples/calculator Split 7 2
  winplugin call ./shop Price '{"Customer": "Ann", "Lines": [{"SKU": "a1", "Qty": 2}]}'
  winplugin call ./examples/calculator Reverse base64:AAEC`,
		Args: arguments("DIR|LIBRARY", "FUNCTION", "[ARG…]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, function := args[0], args[1]
			if strings.HasPrefix(function, "-") {
				return &usageError{cmd, fmt.Sprintf("%s is no function; flags go before %s", quote(function), path)}
			}
			if err := t.detach(); err != nil {
				return err
			}
			c := &functionCall{path: path, function: function, args: args[2:], json: asJSON, flags: cmd.Flags()}
			opts := f.options(t)
			if isolate {
				opts = append(opts, winplugin.WithIsolation(winplugin.Process))
			}
			text, err := c.run(cmd.Context(), opts)
			if err != nil {
				return &pluginError{path, function, err}
			}
			return t.print(text)
		},
	}
	cmd.ValidArgsFunction = completeFunction(f)
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().BoolVar(&isolate, "isolate", false, "run the plugin in a process of its own")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the results as a JSON array")
	return cmd
}

// A functionCall is a call as the command line describes it.
type functionCall struct {
	path, function string
	args           []string
	json           bool
	flags          *pflag.FlagSet
}

// run returns the function's results as they are printed.
func (c *functionCall) run(ctx context.Context, opts []winplugin.Option) (string, error) {
	p, err := winplugin.OpenContext(ctx, c.path, opts...)
	if err != nil {
		return "", err
	}
	// After an interruption the command does not wait for the call.
	defer p.CloseContext(ctx)
	return c.call(ctx, p)
}

// call is run for a plugin that is open.
func (c *functionCall) call(ctx context.Context, p *winplugin.Plugin) (string, error) {
	if err := c.lateFlags(p.Manifest()); err != nil {
		return "", err
	}
	values, err := parse(p.Manifest(), c.function, c.args)
	if err != nil {
		return "", err
	}

	type outcome struct {
		text string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		results, err := p.Call(ctx, c.function, values...)
		if err != nil {
			if ctx.Err() == nil && codec.IsStandard(err) {
				err = &returnedError{err}
			}
			done <- outcome{err: err}
			return
		}
		text, err := format(results, c.json) // may ask objects, while the plugin is open
		done <- outcome{text, err}
	}()
	select {
	case o := <-done:
		return o.text, o.err
	case <-ctx.Done():
		return "", c.end(ctx, p)
	}
}

// A returnedError is an error of the standard library that the function has returned. It arrives
// as itself, and not as an ErrorResult.
type returnedError struct{ err error }

func (e *returnedError) Error() string { return e.err.Error() }
func (e *returnedError) Unwrap() error { return e.err }

// end returns the error of a call that has not returned when ctx ends. It ends the plugin's process. In
// this process the call cannot be stopped, and ends with the command.
func (c *functionCall) end(ctx context.Context, p *winplugin.Plugin) error {
	cause := context.Cause(ctx)
	outcome := ", and the call goes on until the command ends"
	if _, isolated := p.ProcessStats(); isolated {
		outcome = ", and its process was ended"
		_ = p.Kill(cause)
		_ = p.CloseContext(context.WithoutCancel(ctx))
	}
	if timeout := new(timeoutError); errors.As(cause, &timeout) {
		return &timeoutError{timeout.after, outcome}
	}
	return cause
}

// lateFlags removes --json from the end of the function's arguments. Other flags are not
// possible there, because they are needed before the plugin is opened.
func (c *functionCall) lateFlags(m *winplugin.Manifest) error {
	fn, _ := m.Lookup(c.function)
	if fn == nil || fn.Variadic {
		return nil
	}
	want := len(fn.Params)
	if want > 0 && fn.Params[0].Type.IsContext() {
		want--
	}
	for len(c.args) > want && c.args[len(c.args)-1] == "--json" {
		c.json = true
		c.args = c.args[:len(c.args)-1]
	}
	for _, arg := range c.args[min(want, len(c.args)):] {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "--") && c.flags.Lookup(name) != nil || len(name) == 1 && "-"+name == arg && c.flags.ShorthandLookup(name) != nil {
			return &winplugin.SignatureError{Plugin: m.Package, Function: fn.Signature(), Detail: fmt.Sprintf("takes %d arguments, got %d; the flag %s goes before %s", want, len(c.args), arg, c.path)}
		}
	}
	return nil
}

// parse reads the arguments by the types of the parameters. A context that comes first
// is the command's own. If there is no such function, or it takes another number of
// arguments, they stay text and the call returns the error.
func parse(m *winplugin.Manifest, function string, args []string) ([]any, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg
	}
	fn, _ := m.Lookup(function)
	if fn == nil {
		return values, nil
	}
	signature := fn.Signature()
	if len(fn.Params) > 0 && fn.Params[0].Type.IsContext() {
		rest := *fn
		rest.Params = fn.Params[1:]
		fn = &rest
	}
	if len(args) != len(fn.Params) && !(fn.Variadic && len(args) >= len(fn.Params)-1) {
		return values, nil
	}
	scope := typemap.NewScope(m)
	for i, arg := range args {
		v, err := parseArgument(m, scope, fn, i, arg)
		if err != nil {
			label := fmt.Sprint(i + 1)
			if name := fn.Params[min(i, len(fn.Params)-1)].Name; name != "" && name != "_" {
				label += " (" + name + ")"
			}
			return nil, &winplugin.SignatureError{Plugin: m.Package, Function: signature, Detail: fmt.Sprintf("argument %s: %v", label, err)}
		}
		values[i] = v
	}
	return values, nil
}

// parseArgument reads the i-th argument. Those of a variadic parameter follow each other.
func parseArgument(m *winplugin.Manifest, scope *typemap.Scope, fn *manifest.Function, i int, text string) (any, error) {
	last := len(fn.Params) - 1
	at := &fn.Params[min(i, last)].Type
	if !m.Types.Plain(at) {
		return nil, fmt.Errorf("a %s cannot be written as text; call the function from a Go program", at)
	}
	t, err := scope.Type(at)
	if err != nil {
		return nil, err
	}
	if fn.Variadic && i >= last {
		t = t.Elem()
	}
	return textform.Parse(t, text)
}
