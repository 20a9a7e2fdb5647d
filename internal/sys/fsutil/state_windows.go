package fsutil

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Look returns the state of the file at path. It follows links.
func Look(path string) (State, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return State{}, &os.PathError{Op: "open", Path: path, Err: err}
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	h, err := windows.CreateFile(name, windows.FILE_READ_ATTRIBUTES, share, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return State{}, &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer windows.CloseHandle(h)
	return stateOfHandle(h)
}

func stateOf(file *os.File) (State, error) { return stateOfHandle(windows.Handle(file.Fd())) }

func stateOfHandle(h windows.Handle) (State, error) {
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(h, &info); err != nil {
		return State{}, os.NewSyscallError("GetFileInformationByHandle", err)
	}
	// FILE_BASIC_INFO: https://learn.microsoft.com/windows/win32/api/winbase/ns-winbase-file_basic_info
	var basic struct {
		creation, access, write, change windows.Filetime
		attributes, _                   uint32
	}
	err := windows.GetFileInformationByHandleEx(h, windows.FileBasicInfo, (*byte)(unsafe.Pointer(&basic)), uint32(unsafe.Sizeof(basic)))
	if err != nil {
		return State{}, os.NewSyscallError("GetFileInformationByHandleEx", err)
	}
	return State{
		int64(info.VolumeSerialNumber),
		int64(info.FileIndexHigh)<<32 | int64(info.FileIndexLow),
		int64(info.FileSizeHigh)<<32 | int64(info.FileSizeLow),
		basic.write.Nanoseconds(), basic.change.Nanoseconds(),
	}, nil
}
