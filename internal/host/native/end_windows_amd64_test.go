package native

import (
	"errors"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

func TestEndingFunctionsHaveRules(t *testing.T) {
	if free := abi.NumRules - rules().free; free < len(endingFunctions) {
		t.Errorf("got %d rules that are free, want %d", free, len(endingFunctions))
	}
}

func TestEndingAlone(t *testing.T) {
	if err := endingAlone(); err != nil {
		t.Errorf("got %v, want that libraries can end alone in this process", err)
	}
}

// Each slot has its own thunk for each function, and the last one is where the code ends.
func TestEndThunks(t *testing.T) {
	first, last := &callbackSlots[0], &callbackSlots[maxCallbackSlots-1]
	if got, want := first.endThunk(0), endThunksPC; got != want {
		t.Errorf("the first: got %#x, want %#x", got, want)
	}
	if got, want := last.endThunk(endThunkKinds-1)+endThunkSize, endThunksEndPC; got != want {
		t.Errorf("behind the last: got %#x, want %#x", got, want)
	}
}

func TestSurvivesReasons(t *testing.T) {
	why := errors.New("no reason")
	for _, test := range []struct {
		name  string
		start pureStart
		want  error
	}{
		{"cgo bridge", pureStart{}, ErrNotSurvivable},
		{"a reason", pureStart{started: true, mortal: why}, why},
		{"survives", pureStart{started: true}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &Library{pure: test.start}
			if got := l.Survives(); !errors.Is(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// The output of a library is a ring. What it printed first about its end is kept apart.
func TestCrashText(t *testing.T) {
	text := new(crashText)
	s := &callbackSlot{text: uintptr(unsafe.Pointer(text)), printedLen: textSize + 3}
	copy(text.ring[:], "end")
	copy(text.ring[3:], "begin")
	copy(text.words[:], "panic: no")
	e := ending{slot: s}
	if got := e.printed(); len(got) != textSize || got[:5] != "begin" || got[textSize-3:] != "end" {
		t.Errorf("got %d bytes, %q to %q, want %d, \"begin\" to \"end\"", len(got), got[:5], got[len(got)-3:], textSize)
	}
	if got := e.lastWords(); got != "" {
		t.Errorf("last words before the end: got %q, want none", got)
	}
	s.dyingState, s.wordsLen = 1, 9
	if got := e.lastWords(); got != "panic: no" {
		t.Errorf("last words: got %q, want \"panic: no\"", got)
	}
}

// The records of a thread are read from its memory, which may be gone.
func TestRecords(t *testing.T) {
	if err := endingAlone(); err != nil {
		t.Skip(err)
	}
	teb := make([]byte, recordTLS+8)
	head := (*uintptr)(unsafe.Pointer(&teb[recordTLS]))
	ours, other := &callbackSlots[0], &callbackSlots[1]
	of := func(s *callbackSlot, resume uintptr, previous *record) *record {
		return &record{slot: uintptr(unsafe.Pointer(s)), resume: resume, previous: uintptr(unsafe.Pointer(previous))}
	}
	call := of(ours, 1, nil)
	for _, test := range []struct {
		name           string
		top            *record
		has, innermost bool
	}{
		{"none", nil, false, false},
		{"a call", call, true, true},
		{"a barrier", of(ours, parkPC, call), true, false},
		{"another library", of(other, 1, nil), false, false},
		{"another library within", of(other, 1, call), true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			*head = uintptr(unsafe.Pointer(test.top))
			has, innermost := ending{slot: ours}.records(uintptr(unsafe.Pointer(unsafe.SliceData(teb))))
			if has != test.has || innermost != test.innermost {
				t.Errorf("got %v, %v, want %v, %v", has, innermost, test.has, test.innermost)
			}
		})
	}
	*head = 8
	if has, innermost := (ending{slot: ours}).records(uintptr(unsafe.Pointer(unsafe.SliceData(teb)))); !has || innermost {
		t.Errorf("memory that is gone: got %v, %v, want true, false", has, innermost)
	}
}
