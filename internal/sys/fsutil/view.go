package fsutil

// View returns the content of a regular file that is not empty, and a function that gives it back,
// after which it must not be used. On Unix it is mapped, not read: memory for a file of some
// megabytes costs more than what is done with it. Nobody else may write to the file meanwhile.
func View(path string, limit int64) (data []byte, done func() error, err error) {
	return view(path, limit)
}
