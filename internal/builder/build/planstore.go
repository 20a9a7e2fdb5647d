package build

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

func (c cache) planPath(key string) string { return c.path("plans", key+".json") }

// readPlan returns nil if there is no plan, or it is damaged.
func (c cache) readPlan(key string) *buildPlan {
	data, err := fsutil.ReadRegular(c.planPath(key), planLimit)
	if err != nil {
		return nil
	}
	p, err := decodePlan(data)
	if err != nil {
		c.log.Debug("build plan is damaged or of another version", "path", c.planPath(key), "error", err)
		return nil
	}
	return p
}

// decodePlan decodes a plan behind a line with its checksum.
func decodePlan(data []byte) (*buildPlan, error) {
	sum, data, _ := bytes.Cut(data, []byte("\n"))
	if string(sum) != hashString(string(data)) {
		return nil, errors.New("it has another checksum")
	}
	p := new(buildPlan)
	if err := json.Unmarshal(data, p); err != nil {
		return nil, err
	}
	if p.Format != planFormat {
		return nil, fmt.Errorf("it has format %d", p.Format)
	}
	if p.Listing == nil || p.Inputs == nil || len(p.Steps) < 2 || slices.ContainsFunc(p.Steps, func(s planStep) bool { return len(s.Args) < 2 }) ||
		slices.Contains(slices.Collect(maps.Values(p.Inputs.Files)), nil) || slices.Contains(slices.Collect(maps.Values(p.Needs)), nil) {
		return nil, errors.New("it is incomplete")
	}
	return p, nil
}

func (c cache) writePlan(key string, p *buildPlan) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.path("plans"), 0o700); err != nil {
		return err
	}
	return fsutil.WriteAtomic(c.planPath(key), slices.Concat([]byte(hashString(string(data))), []byte("\n"), data))
}
