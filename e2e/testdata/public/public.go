// Package public names the packages that tests open by their import paths. It is a
// module of its own so that nobody else gets these dependencies.
package public

import (
	_ "github.com/BurntSushi/toml"
	_ "github.com/expr-lang/expr"
	_ "github.com/flosch/pongo2/v6"
	_ "github.com/yuin/goldmark"
)
