package fsutil

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

// The access control lists are in the security descriptor definition language; OW are the
// rights of the owner, WD is everybody.
func TestCheckPrivate(t *testing.T) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	mine := "(A;OICI;FA;;;" + user.User.Sid.String() + ")(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
	for _, test := range []struct{ name, list, want string }{
		{"private", "D:P" + mine, ""},
		{"readable", "D:P" + mine + "(A;OICI;GR;;;WD)", ""},
		{"writable by everybody", "D:P" + mine + "(A;OICI;FA;;;WD)", "may write to it"},
		{"entries may be added", "D:P" + mine + "(A;OICI;0x2;;;WD)", "may write to it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			security, err := windows.SecurityDescriptorFromString(test.list)
			if err != nil {
				t.Fatal(err)
			}
			list, _, err := security.DACL()
			if err != nil {
				t.Fatal(err)
			}
			if err := windows.SetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil); err != nil {
				t.Fatal(err)
			}
			err = CheckPrivate(dir)
			var refused *NotPrivateError
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want none", err)
			case test.want != "" && (!errors.As(err, &refused) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want a NotPrivateError with %q", err, test.want)
			}
		})
	}
}

// While the file is open it stays what it is.
func TestOpenUnchanging(t *testing.T) {
	path := filepath.Join(t.TempDir(), "library.dll")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := OpenUnchanging(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, change := range map[string]func() error{
		"write":  func() error { return os.WriteFile(path, nil, 0o600) },
		"rename": func() error { return os.Rename(path, path+".old") },
		"delete": func() error { return os.Remove(path) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := change(); err == nil {
				t.Errorf("%s: got no error, want a sharing violation", name)
			}
		})
	}
	again, err := OpenUnchanging(path)
	if err != nil {
		t.Fatalf("a second reader: got error %v, want nil", err)
	}
	again.Close()
}
