package fsutil

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// writeAccess is what lets somebody add, replace or delete files of a folder, or give
// themselves the right to.
const writeAccess = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | fileDeleteChild |
	windows.WRITE_DAC | windows.WRITE_OWNER | windows.GENERIC_WRITE | windows.GENERIC_ALL

const fileDeleteChild = 0x40 // FILE_DELETE_CHILD, winnt.h

// CheckPrivate returns a *NotPrivateError if somebody else than the user or the
// administrator owns the folder or may write to it.
func CheckPrivate(dir string) error {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	security, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("the access rights of %s cannot be read: %w", dir, err)
	}
	owner, _, err := security.Owner()
	if err != nil {
		return fmt.Errorf("the owner of %s cannot be read: %w", dir, err)
	}
	trusted := func(sid *windows.SID) bool {
		return sid.Equals(user.User.Sid) || sid.IsWellKnown(windows.WinLocalSystemSid) || sid.IsWellKnown(windows.WinBuiltinAdministratorsSid) ||
			sid.IsWellKnown(windows.WinCreatorOwnerSid) || sid.IsWellKnown(windows.WinCreatorOwnerRightsSid) || sid.String() == trustedInstaller
	}
	if !trusted(owner) {
		return &NotPrivateError{dir, "it belongs to " + account(owner), fmt.Sprintf(`takeown /f "%s"`, dir)}
	}
	everybody := &NotPrivateError{dir, "everybody may write to it", fmt.Sprintf(`icacls "%s" /reset`, dir)}
	list, _, err := security.DACL()
	if err != nil || list == nil { // no list forbids nothing
		return everybody
	}
	for i := range uint32(list.AceCount) {
		var ace *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &ace); err != nil {
			return fmt.Errorf("the access rights of %s cannot be read: %w", dir, err)
		}
		if ace.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE || ace.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 || ace.Mask&writeAccess == 0 {
			continue
		}
		if sid := (*windows.SID)(unsafe.Pointer(&ace.SidStart)); !trusted(sid) {
			return &NotPrivateError{dir, account(sid) + " may write to it", fmt.Sprintf(`icacls "%s" /inheritance:d /remove:g *%s`, dir, sid)}
		}
	}
	return nil
}

// trustedInstaller owns what Windows installs.
const trustedInstaller = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

func account(sid *windows.SID) string {
	if name, domain, _, err := sid.LookupAccount(""); err == nil {
		return domain + `\` + name
	}
	return sid.String()
}
