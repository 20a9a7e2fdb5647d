package winplugin

import (
	"fmt"
	"slices"
	"strings"
)

// WithMethods makes the methods of types of other packages callable, however far these
// are from the plugin's own: WithMethods("database/sql.Rows"). The methods of types that
// the plugin's own signatures mention, and of those that their methods lead to, are there
// without it, up to a limit. [Check] lists what was left out.
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
// Packages in type arguments have the names that the plugin's files give them.
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
