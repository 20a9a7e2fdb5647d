package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// recordFormat is the version of the records. Records of other versions are ignored.
const recordFormat = 1

// A record is the result of a trial with everything that the result depends on. As long as
// none of this has changed, the trial is not repeated.
type record struct {
	Format   int    `json:"format"`
	Target   string `json:"target"`
	Compiler File   `json:"compiler"`
	Go       File   `json:"go"`
	Version  string `json:"go_version"`
	Settings string `json:"settings"` // hash of the variables that concern C
	Trial    Trial  `json:"trial"`
}

// cVariables are the variables that change how C is compiled and linked.
var cVariables = []string{
	"CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_LDFLAGS", "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH",
	"GCC_EXEC_PREFIX", "COMPILER_PATH", "GOROOT", "GOEXPERIMENT", "GO_EXTLINK_ENABLED",
}

// lasting are the traps that remain until the compiler is replaced. A trial that fails in
// another way, as by a missing header or a full disk, is repeated.
var lasting = map[Trap]bool{TrapMSYS: true, Trap32Bit: true, TrapTarget: true, TrapBigObj: true, TrapBinutils: true}

// current returns the record of a trial now, without the result.
func (f *finder) current(t *Toolchain, c candidate) record {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n%s\n", c.args[1:], settings(f.env, t.GOROOT))
	for _, name := range cVariables {
		fmt.Fprintf(h, "%q\n", f.env.get(name))
	}
	return record{
		Format: recordFormat, Target: f.target(), Compiler: stat(c.path()), Go: stat(t.Go), Version: t.GoVersion,
		Settings: hex.EncodeToString(h.Sum(nil)),
	}
}

func (f *finder) recordPath(t *Toolchain, c candidate) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", f.target(), c.args, t.Go))
	return filepath.Join(f.Records, hex.EncodeToString(sum[:12])+".json")
}

// readRecord returns the record of the compiler, or nil if there is no valid one.
func (f *finder) readRecord(t *Toolchain, c candidate) *record {
	data, err := os.ReadFile(f.recordPath(t, c))
	if err != nil {
		return nil
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil // the next trial writes a new one
	}
	now := f.current(t, c)
	now.Trial = r.Trial
	if now.Compiler.Path == "" || r != now || r.Trial.Problem == nil && !r.Trial.Built {
		return nil
	}
	return &r
}

// writeRecord writes the result of a trial if it lasts, and else removes an older record.
// It is no error if the record cannot be written, because the next build tries again.
func (f *finder) writeRecord(t *Toolchain, c candidate, trial Trial) {
	path := f.recordPath(t, c)
	if trial.Problem != nil && !lasting[trial.Problem.Trap] {
		os.Remove(path)
		return
	}
	r := f.current(t, c)
	r.Trial = trial
	data, err := json.MarshalIndent(r, "", "\t")
	if err == nil {
		err = os.MkdirAll(f.Records, 0o700)
	}
	if err == nil {
		err = fsutil.WriteAtomic(path, data)
	}
	if err != nil {
		f.Log.Debug("the result of a trial is not kept", "path", path, "error", err)
	}
}
