package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// A usageError reports a command line that makes no sense.
type usageError struct {
	cmd  *cobra.Command
	text string
}

func (e *usageError) Error() string { return e.text }

// arguments returns a check for exactly the named arguments; the last one may be
// repeated, or left out, if its name is in brackets.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		required := len(names)
		open := required > 0 && strings.HasPrefix(names[required-1], "[")
		if open {
			required--
		}
		switch {
		case len(args) < required:
			return &usageError{cmd, strings.Join(names[len(args):required], " and ") + " missing"}
		case len(args) > required && !open:
			return &usageError{cmd, fmt.Sprintf("unexpected argument %s", quote(args[required]))}
		}
		for i, name := range names[:required] {
			if args[i] == "" {
				return &usageError{cmd, name + " is empty"}
			}
		}
		return nil
	}
}

func quote(s string) string { return strconv.Quote(s) }
