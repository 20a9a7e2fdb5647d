package detect

import (
	"errors"
	"testing"
)

func TestInstallable(t *testing.T) {
	found := new(Toolchain)
	for name, c := range map[string]struct {
		cfg    Config
		found  *Toolchain
		err    error
		wantGo bool
		wantC  bool
	}{
		"nothing":           {Config{NeedC: true}, found, nil, false, false},
		"another error":     {Config{NeedC: true}, nil, errors.New("cancelled"), false, false},
		"no Go":             {Config{}, nil, &Error{Missing: "go command"}, true, false},
		"the named Go":      {Config{Go: "/opt/go"}, nil, &Error{Missing: "go command"}, false, false},
		"an old Go":         {Config{}, nil, &Error{Err: &Problem{}, Trap: TrapGoVersion}, true, false},
		"a Go that fails":   {Config{}, nil, &Error{Err: &Problem{Message: "go.mod:1: syntax error"}}, false, false},
		"no compiler":       {Config{NeedC: true}, found, &Error{Missing: "C compiler"}, false, true},
		"an unsuitable one": {Config{NeedC: true}, found, &Error{Err: errors.Join(&Problem{Trap: TrapMSYS})}, false, true},
		"the named one":     {Config{NeedC: true, CC: "/opt/gcc"}, found, &Error{Missing: "C compiler"}, false, false},
		"CC":                {Config{NeedC: true, Env: []string{"CC=gcc"}}, found, &Error{Missing: "C compiler"}, false, false},
		"a full disk":       {Config{NeedC: true}, found, &Error{Err: errors.Join(&Problem{}, &Problem{general: true})}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if c.cfg.Env == nil {
				c.cfg.Env = []string{}
			}
			goCommand, compiler := Installable(c.cfg, c.found, c.err)
			if goCommand != c.wantGo || compiler != c.wantC {
				t.Errorf("lacks %v and %v, want %v and %v", goCommand, compiler, c.wantGo, c.wantC)
			}
		})
	}
}
