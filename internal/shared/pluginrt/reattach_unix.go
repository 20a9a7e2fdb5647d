//go:build go1.22 && (linux || darwin || freebsd || netbsd || openbsd)

package pluginrt

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// serveReattached serves the host that connects to this process, which somebody has started by hand,
// and does not return. The two meet at a socket in a folder that is this user's alone. Over it the host
// passes the memory, and both sides wake each other.
func serveReattached(dir string) {
	listener, path, err := listenIn(dir)
	if err != nil {
		endProcess("%s=%s: %v", ReattachVariable, dir, err)
	}
	fmt.Fprintf(os.Stderr, "this plugin, process %d, waits in %s for a host, which opens it by WithReattach(%q)\n", os.Getpid(), dir, dir)
	for {
		connection, memory, err := acceptHost(listener)
		if err != nil {
			fmt.Fprintf(os.Stderr, "the plugin still waits for a host: %v\n", err)
			continue
		}
		_ = syscall.Close(listener)
		_ = os.Remove(path)
		fmt.Fprintln(os.Stderr, "a host has opened the plugin")
		wakes := exchange.NewWakes(exchange.Plugin, connection)
		go func() {
			_ = wakes.Serve(connection)
			fmt.Fprintln(os.Stderr, "the host has closed the plugin, or has ended")
			os.Exit(0)
		}()
		serveMemory(memory, wakes)
	}
}

// listenIn returns a socket in a folder, which it makes if there is none, and the path of the socket.
func listenIn(dir string) (socket int, path string, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return 0, "", err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return 0, "", err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(stat.Uid) != os.Geteuid() || info.Mode().Perm()&0o077 != 0 {
		return 0, "", errors.New("it must be a folder of this user alone, with mode 0700; name one that does not exist")
	}
	path = dir + "/" + ReattachSocket
	address := &syscall.SockaddrUnix{Name: path}
	syscall.ForkLock.RLock() // no child of an init function may inherit it
	socket, err = syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(socket)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, "", err
	}
	if err = syscall.Bind(socket, address); err == syscall.EADDRINUSE {
		if waits(address) {
			return 0, "", errors.New("another plugin waits there; name another folder")
		}
		_ = os.Remove(path) // of one that has ended
		err = syscall.Bind(socket, address)
	}
	if err == nil {
		err = syscall.Listen(socket, 1)
	}
	if err != nil {
		return 0, "", fmt.Errorf("listening at %s: %w", path, err)
	}
	return socket, path, nil
}

// waits reports whether a process listens at an address.
func waits(address syscall.Sockaddr) bool {
	socket, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return true
	}
	defer syscall.Close(socket)
	return syscall.Connect(socket, address) == nil
}

// acceptHost waits for a host, and returns the connection and the memory that it passes.
func acceptHost(listener int) (_ *os.File, memory uintptr, err error) {
	socket, err := uninterrupted(func() (int, error) {
		socket, _, err := syscall.Accept(listener)
		return socket, err
	})
	if err != nil {
		endProcess("waiting for a host: %v", err)
	}
	defer func() {
		if err != nil {
			_ = syscall.Close(socket)
		}
	}()
	syscall.CloseOnExec(socket)
	if err := checkUser(socket); err != nil {
		return nil, 0, err
	}
	if err := introduce(socket); err != nil {
		return nil, 0, err
	}
	descriptor, err := receive(socket)
	if err != nil {
		return nil, 0, err
	}
	defer syscall.Close(descriptor)
	b, err := syscall.Mmap(descriptor, 0, exchange.Size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, 0, fmt.Errorf("mapping the memory that a host shares: %w", err)
	}
	_ = syscall.SetNonblock(socket, true) // for the poller
	return os.NewFile(uintptr(socket), "host"), uintptr(unsafe.Pointer(unsafe.SliceData(b))), nil
}

// introduce tells a host which plugin this is.
func introduce(socket int) error {
	for text := ReattachGreeting(programManifest); len(text) > 0; {
		n, err := uninterrupted(func() (int, error) { return syscall.Write(socket, text) })
		if err != nil {
			return fmt.Errorf("a host has left: %w", err)
		}
		text = text[n:]
	}
	return nil
}

// receive returns the descriptor that a host passes.
func receive(socket int) (descriptor int, err error) {
	var b [1]byte
	var control [64]byte
	size := 0
	n, err := uninterrupted(func() (n int, err error) {
		n, size, _, _, err = syscall.Recvmsg(socket, b[:], control[:], 0)
		return n, err
	})
	if err == nil && n == 0 {
		return 0, errors.New("a host has left without using it; perhaps it has opened another build of the plugin")
	}
	if err != nil {
		return 0, err
	}
	messages, err := syscall.ParseSocketControlMessage(control[:size])
	if err != nil || len(messages) != 1 {
		return 0, errors.New("a host has passed no memory")
	}
	descriptors, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(descriptors) != 1 {
		return 0, errors.New("a host has passed no memory")
	}
	syscall.CloseOnExec(descriptors[0])
	return descriptors[0], nil
}

// uninterrupted calls f again as long as a signal interrupts it.
func uninterrupted(f func() (int, error)) (n int, err error) {
	for {
		if n, err = f(); err != syscall.EINTR {
			return n, err
		}
	}
}
