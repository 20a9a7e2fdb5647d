//go:build amd64

package process

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A process of low integrity can write to no object of the user that is not marked for it:
// https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control.

// lowToken returns a token with the rights of this process, and of low integrity. It needs no privilege.
func lowToken() (low windows.Token, err error) {
	var own windows.Token
	const access = windows.TOKEN_DUPLICATE | windows.TOKEN_QUERY | windows.TOKEN_ASSIGN_PRIMARY | windows.TOKEN_ADJUST_DEFAULT
	if err := windows.OpenProcessToken(windows.CurrentProcess(), access, &own); err != nil {
		return 0, err
	}
	defer own.Close()
	if err := windows.DuplicateTokenEx(own, access, nil, windows.SecurityImpersonation, windows.TokenPrimary, &low); err != nil {
		return 0, err
	}
	sid, err := windows.CreateWellKnownSid(windows.WinLowLabelSid)
	if err == nil {
		label := windows.Tokenmandatorylabel{Label: windows.SIDAndAttributes{Sid: sid, Attributes: windows.SE_GROUP_INTEGRITY}}
		err = windows.SetTokenInformation(low, windows.TokenIntegrityLevel, (*byte)(unsafe.Pointer(&label)), label.Size())
	}
	if err != nil {
		low.Close()
		return 0, err
	}
	return low, nil
}

// openToLow makes an empty folder one to which, and to what will be in it, processes of low integrity
// may write. A new folder needs no right to change a label.
func openToLow(folder string) error {
	const label = "S:(ML;OICI;NW;;;LW)"
	security, err := windows.SecurityDescriptorFromString(label)
	if err != nil {
		return err
	}
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return err
	}
	if err := os.Remove(folder); err != nil {
		return err
	}
	attributes := windows.SecurityAttributes{SecurityDescriptor: security}
	attributes.Length = uint32(unsafe.Sizeof(attributes))
	return windows.CreateDirectory(path, &attributes)
}

// limitUI keeps what is in a job from the clipboard, from the windows of others, from settings of the
// system, and from ending the user's session.
func limitUI(job windows.Handle) error {
	limits := windows.JOBOBJECT_BASIC_UI_RESTRICTIONS{
		UIRestrictionsClass: windows.JOB_OBJECT_UILIMIT_DESKTOP | windows.JOB_OBJECT_UILIMIT_DISPLAYSETTINGS | windows.JOB_OBJECT_UILIMIT_EXITWINDOWS |
			windows.JOB_OBJECT_UILIMIT_GLOBALATOMS | windows.JOB_OBJECT_UILIMIT_HANDLES | windows.JOB_OBJECT_UILIMIT_READCLIPBOARD |
			windows.JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS | windows.JOB_OBJECT_UILIMIT_WRITECLIPBOARD,
	}
	_, err := windows.SetInformationJobObject(job, windows.JobObjectBasicUIRestrictions, uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	return err
}

// reduce prepares the start of a process of low integrity: it returns its token, and its environment,
// in which the folder for temporary files is the one that it may write to.
func (s *starter) reduce(c *child, environment []string) (windows.Token, []string, error) {
	token, err := lowToken()
	if err != nil {
		return 0, nil, fmt.Errorf("lowering its integrity: %w", err)
	}
	s.others = append(s.others, windows.Handle(token))
	if err := limitUI(s.job); err != nil {
		return 0, nil, fmt.Errorf("limiting its job: %w", err)
	}
	if c.own == nil { // the folder is the host's
		return token, environment, nil
	}
	if err := openToLow(c.folder); err != nil {
		return 0, nil, fmt.Errorf("opening its folder to it: %w", err)
	}
	environment = slices.DeleteFunc(slices.Clone(environment), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.EqualFold(name, "TEMP") || strings.EqualFold(name, "TMP")
	})
	return token, append(environment, "TEMP="+c.folder, "TMP="+c.folder), nil
}
