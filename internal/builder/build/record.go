package build

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// recordFormat is the version of what the cache holds. Another one is not read.
const recordFormat = 2

// A record says which artifact a plugin's folder was built into, and from what.
type record struct {
	Format    int             `json:"format"`
	Dir       string          `json:"dir"`     // for those who look into the cache
	Package   string          `json:"package"` // import path
	Inputs    *snapshot       `json:"inputs"`
	Toolchain detect.Identity `json:"toolchain"`
	CC        string          `json:"cc,omitempty"`
	Artifact  string          `json:"artifact"` // folder below artifacts
	Outputs   *outputs        `json:"outputs"`  // of the artifact
	C         *cBuild         `json:"c,omitempty"`
}

// readRecord returns nil if there is no record or it is damaged: the next build
// writes it again.
func (c cache) readRecord(key string) *record {
	data, err := os.ReadFile(c.recordPath(key))
	if err != nil {
		return nil
	}
	r, err := decodeRecord(data)
	if err != nil {
		c.log.Debug("cache record is damaged or of another version", "path", c.recordPath(key), "err", err)
		return nil
	}
	return r
}

func decodeRecord(data []byte) (*record, error) {
	r := new(record)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, err
	}
	if r.Format != recordFormat {
		return nil, fmt.Errorf("record has format %d", r.Format)
	}
	if r.Inputs == nil || len(r.Inputs.Files) == 0 || slices.Contains(slices.Collect(maps.Values(r.Inputs.Files)), nil) {
		return nil, errors.New("record lacks inputs")
	}
	return r, nil
}

func (c cache) writeRecord(key string, r *record) error {
	r.Format = recordFormat
	return writeJSON(c.recordPath(key), r)
}

func writeJSON(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return fsutil.WriteAtomic(path, data)
}

func (c cache) recordPath(key string) string { return c.path("index", key+".json") }

// touch records that a file is in use, once an hour at most. A cache that cannot be written
// is used nevertheless.
func touch(path string) {
	info, err := os.Stat(path)
	if err != nil || time.Since(info.ModTime()) < time.Hour {
		return
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now)
}
