package hostile

import (
	"os"
	"path/filepath"
	"syscall"
	"unsafe"
)

// Integrity returns the level of integrity of this process: 0x1000 is low, 0x2000 the usual one.
func Integrity() (uint32, error) {
	token, err := syscall.OpenCurrentProcessToken()
	if err != nil {
		return 0, err
	}
	defer token.Close()
	const tokenIntegrityLevel = 25
	var b [256]byte
	var n uint32
	if err := syscall.GetTokenInformation(token, tokenIntegrityLevel, &b[0], uint32(len(b)), &n); err != nil {
		return 0, err
	}
	// A pointer to a SID with one number, which is its last one.
	sid := *(*unsafe.Pointer)(unsafe.Pointer(&b[0]))
	return *(*uint32)(unsafe.Add(sid, 8)), nil
}

// Write writes to files of its own, in the folder in which the process works and in that for temporary files.
func Write(name string) error {
	for _, dir := range []string{".", os.TempDir()} {
		if err := WriteTo(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// WriteTo writes to a file.
func WriteTo(path string) error { return os.WriteFile(path, []byte("x"), 0o600) }
