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
