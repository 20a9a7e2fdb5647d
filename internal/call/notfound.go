package call

import (
	"fmt"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// NotFound explains why a plugin cannot be called by the given name. The error
// wraps ErrNotFound.
func NotFound(m *manifest.Manifest, name string) error {
	for _, s := range m.Skipped {
		if s.Name == name {
			return fmt.Errorf("plugin %s: %w: %s is exported, but cannot be called: %s", m.Package, ErrNotFound, name, s.Reason)
		}
	}
	names := make([]string, len(m.Functions))
	for i := range m.Functions {
		names[i] = m.Functions[i].Name
		if strings.EqualFold(names[i], name) {
			return fmt.Errorf("plugin %s: %w: %s; did you mean %s?", m.Package, ErrNotFound, name, names[i])
		}
	}
	return fmt.Errorf("plugin %s: %w: %s; it has %s", m.Package, ErrNotFound, name, strings.Join(names, ", "))
}
