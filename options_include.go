package winplugin

import (
	"fmt"
	"slices"
	"strings"
)

// WithMethods makes the methods of types of other packages callable, as in
// WithMethods("database/sql.Rows"). It is not needed for types in the signatures of the
// plugin's own functions and methods, and for types in the signatures of their methods, up
// to a limit. [Check] lists the types that were left out.
func WithMethods(types ...string) Option {
	return func(c *config) error {
		for _, name := range types {
			if dot := strings.LastIndexByte(name, '.'); dot <= strings.LastIndexByte(name, '/')+1 || dot == len(name)-1 {
				return fmt.Errorf("type %q is malformed; give its import path and name, as in database/sql.Rows", name)
			}
		}
		c.methods = append(slices.Clone(c.methods), types...)
		return nil
	}
}

// WithInstantiate makes instances of generic functions and types callable, as the directive
// //winplugin:instantiate in the plugin's source does: WithInstantiate("Map[int, string]").
// Type arguments name packages as the plugin's files do.
func WithInstantiate(instances ...string) Option {
	return func(c *config) error {
		for _, name := range instances {
			if open := strings.IndexByte(name, '['); open <= 0 || !strings.HasSuffix(name, "]") {
				return fmt.Errorf("instance %q is malformed; give a name with its type arguments, as in Map[int, string]", name)
			}
		}
		c.instantiate = append(slices.Clone(c.instantiate), instances...)
		return nil
	}
}
