package build

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A site is where a build works: a workspace, and a folder for the temporary files of the go
// command and of compilers. close removes both. After a crash a later build removes them.
type site struct {
	*workspace
	temp   string
	others []*workspace
}

// newSite returns a site in the cache folder. If nothing is to be stored, there is none
// in the cache folder, which need not exist then.
func (b *builder) newSite(store bool) (*site, error) {
	s := new(site)
	var err error
	if store {
		s.workspace, err = b.cache.newWorkspace()
	} else {
		s.workspace, err = b.addTemporary(os.TempDir())
	}
	if err != nil {
		return nil, err
	}
	place := os.Getenv("GOTMPDIR") // the user's better place
	if place == "" && tempEnv(s.dir) == nil {
		place = os.TempDir()
	}
	if place == "" {
		s.temp, err = s.sub("tmp")
	} else {
		s.temp, err = s.other(b, place)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// env makes the go command and compilers put their temporary files into the site.
func (s *site) env() []string { return tempEnv(s.temp) }

// spaceless returns a folder whose path has no spaces, or any folder if there is none.
func (s *site) spaceless(b *builder) (string, error) {
	if !strings.Contains(shortPath(s.temp), " ") {
		return s.temp, nil
	}
	return s.other(b, os.TempDir())
}

// other adds a workspace to the site.
func (s *site) other(b *builder, place string) (string, error) {
	w, err := b.addTemporary(place)
	if err != nil {
		return "", err
	}
	s.others = append(s.others, w)
	return w.dir, nil
}

// holds reports whether the path leads into the site.
func (s *site) holds(path string) bool {
	for _, w := range append(s.others, s.workspace) {
		if rel, err := filepath.Rel(w.dir, path); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

func (b *builder) addTemporary(place string) (*workspace, error) {
	b.temporary(place).sweep()
	w, err := b.temporary(place).add()
	if err != nil {
		return nil, fmt.Errorf("making a folder for temporary files: %w; set GOTMPDIR to a folder that can be written", err)
	}
	return w, nil
}

func (s *site) close() {
	for _, w := range s.others {
		w.close()
	}
	s.workspace.close()
}
