//go:build cgo && amd64

package tlswords

/*
// Count times Size. Initial-exec: at one distance from FS in all threads.
static __thread char words[64 * 24] __attribute__((tls_model("initial-exec"), aligned(8)));

static long first(void)
{
	char *fs;
	__asm__("movq %%fs:0, %0" : "=r"(fs));
	return words - fs;
}
*/
import "C"

// First returns where the words of library 0 are, in bytes from FS.
func First() int64 { return int64(C.first()) }
