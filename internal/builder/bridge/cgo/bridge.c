// The C side of the cgo bridge: the functions that the host calls. The build adds this file
// to every plugin as it is. The generator appends the manifest, which depends on the plugin.

#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

// Appended by the generator.
extern const unsigned char winplugin_manifest_data[];
extern const uint64_t winplugin_manifest_size;

// EntryTable of package abi, field for field. A test compares the assertions with Go.
struct winplugin_table {
	uint64_t version, size;
	void (*call)(void *frame);
	const void *manifest;
	uint64_t manifest_size;
	void (*bind)(void);
	void (*unbind)(void *g);
	uintptr_t *word;
	uint64_t tls_offset;
};

_Static_assert(offsetof(struct winplugin_table, version) == 0, "abi.EntryTable.Version");
_Static_assert(offsetof(struct winplugin_table, size) == 8, "abi.EntryTable.Size");
_Static_assert(offsetof(struct winplugin_table, call) == 16, "abi.EntryTable.Call");
_Static_assert(offsetof(struct winplugin_table, manifest) == 24, "abi.EntryTable.Manifest");
_Static_assert(offsetof(struct winplugin_table, manifest_size) == 32, "abi.EntryTable.ManifestLen");
_Static_assert(offsetof(struct winplugin_table, bind) == 40, "abi.EntryTable.Bind");
_Static_assert(offsetof(struct winplugin_table, unbind) == 48, "abi.EntryTable.Unbind");
_Static_assert(offsetof(struct winplugin_table, word) == 56, "abi.EntryTable.Word");
_Static_assert(offsetof(struct winplugin_table, tls_offset) == 64, "abi.EntryTable.TLSOffset");
_Static_assert(sizeof(struct winplugin_table) == 72, "abi.EntryTable");

// Frame of package wire, field for field.
struct winplugin_frame {
	uint64_t func, status;
	uintptr_t words;
	uint64_t nwords;
	uintptr_t buf;
	uint64_t cap, len, held, session;
	uint32_t *preempt_pending;
};

_Static_assert(offsetof(struct winplugin_frame, func) == 0, "wire.Frame.Func");
_Static_assert(offsetof(struct winplugin_frame, status) == 8, "wire.Frame.Status");
_Static_assert(offsetof(struct winplugin_frame, words) == 16, "wire.Frame.Words");
_Static_assert(offsetof(struct winplugin_frame, nwords) == 24, "wire.Frame.NWords");
_Static_assert(offsetof(struct winplugin_frame, buf) == 32, "wire.Frame.Buf");
_Static_assert(offsetof(struct winplugin_frame, cap) == 40, "wire.Frame.Cap");
_Static_assert(offsetof(struct winplugin_frame, len) == 48, "wire.Frame.Len");
_Static_assert(offsetof(struct winplugin_frame, held) == 56, "wire.Frame.Held");
_Static_assert(offsetof(struct winplugin_frame, session) == 64, "wire.Frame.Session");
_Static_assert(offsetof(struct winplugin_frame, preempt_pending) == 72, "wire.Frame.PreemptPending");
_Static_assert(sizeof(struct winplugin_frame) == 80, "wire.Frame");

#ifndef _WIN32
// Hooks of package environ, field for field. The runtime calls them while package syscall
// holds its lock.
static struct winplugin_environ {
	uint64_t changes;
	void (*next_setenv)(void *);
	void (*next_unsetenv)(void *);
	void (*setenv)(void *);
	void (*unsetenv)(void *);
} environ_hooks;

static void environ_setenv(void *arg) {
	__atomic_add_fetch(&environ_hooks.changes, 1, __ATOMIC_SEQ_CST);
	if (environ_hooks.next_setenv != NULL)
		environ_hooks.next_setenv(arg);
}

static void environ_unsetenv(void *arg) {
	__atomic_add_fetch(&environ_hooks.changes, 1, __ATOMIC_SEQ_CST);
	if (environ_hooks.next_unsetenv != NULL)
		environ_hooks.next_unsetenv(arg);
}
#endif

// Entries of package pluginrt, field for field.
static struct winplugin_entries {
	void (*call)(void *frame);
	void (*bind)(void *word);
	void (*leave)(struct winplugin_frame *frame); // C code through which callbacks pass; NULL: none
	void (*host)(struct winplugin_frame *frame);
	void (*bounds)(uintptr_t bounds[2]); // the stack's bounds, which runtime/cgo does not set on Windows
	void *stubs;
	void *closures;
	void *goroutine; // code by Go's own convention
	struct winplugin_environ *environment; // environ is a macro on Windows
} entries;

_Static_assert(offsetof(struct winplugin_entries, call) == 0, "pluginrt.Entries.Call");
_Static_assert(offsetof(struct winplugin_entries, bind) == 8, "pluginrt.Entries.Bind");
_Static_assert(offsetof(struct winplugin_entries, leave) == 16, "pluginrt.Entries.Leave");
_Static_assert(offsetof(struct winplugin_entries, host) == 24, "pluginrt.Entries.Host");
_Static_assert(offsetof(struct winplugin_entries, bounds) == 32, "pluginrt.Entries.Bounds");
_Static_assert(offsetof(struct winplugin_entries, stubs) == 40, "pluginrt.Entries.Stubs");
_Static_assert(offsetof(struct winplugin_entries, closures) == 48, "pluginrt.Entries.Closures");
_Static_assert(offsetof(struct winplugin_entries, goroutine) == 56, "pluginrt.Entries.Goroutine");
_Static_assert(offsetof(struct winplugin_entries, environment) == 64, "pluginrt.Entries.Environ");
_Static_assert(sizeof(struct winplugin_entries) == 72, "pluginrt.Entries");

// The methods of types that package madetype makes. Piece i of the code loads the i-th
// closure into the register that Go has it in, and goes to its code. The number of pieces
// and their size are those in package madetype. winplugin_g returns the register that has Go's g.
#if defined(__x86_64__) && !defined(__APPLE__)
#define WINPLUGIN_STUB "movq winplugin_closures+8*winplugin_i(%rip), %rdx\njmp *(%rdx)\n"
#define WINPLUGIN_G "movq %r14, %rax\nret\n"
#elif defined(__aarch64__) && !defined(__APPLE__)
#define WINPLUGIN_STUB "adrp x26, winplugin_closures+8*winplugin_i\nldr x26, [x26, :lo12:winplugin_closures+8*winplugin_i]\nldr x16, [x26]\nbr x16\n"
#define WINPLUGIN_G "mov x0, x28\nret\n"
#endif
#ifdef WINPLUGIN_STUB
__attribute__((used)) static void *winplugin_closures[2048];
extern char winplugin_stubs[] __attribute__((visibility("hidden")));
extern char winplugin_g[] __attribute__((visibility("hidden")));
__asm__(
	".text\n"
	".balign 16\n"
	".globl winplugin_stubs\n"
	".globl winplugin_g\n"
#ifndef _WIN32
	".hidden winplugin_stubs\n"
	".hidden winplugin_g\n"
#endif
	"winplugin_stubs:\n"
	".set winplugin_i, 0\n"
	".rept 2048\n" WINPLUGIN_STUB ".set winplugin_i, winplugin_i+1\n"
	".endr\n"
	".balign 16\n"
	"winplugin_g:\n" WINPLUGIN_G);
static void set_stubs(void) {
	entries.stubs = winplugin_stubs;
	entries.closures = winplugin_closures;
	entries.goroutine = winplugin_g;
}
#else
static void set_stubs(void) {}
#endif

// Both are in runtime/cgo since Go 1.21: the function by which C calls Go, and the variable
// that decides whether a thread keeps its M when it returns to C.
extern void crosscall2(void (*fn)(void *), void *frame, int size, size_t ctxt);
extern uintptr_t x_cgo_pthread_key_created;

// The generated Go function that lists the plugin's functions and fills entries.
extern void winplugin_start(void *entries);

static int winplugin_platform(struct winplugin_table *t);
static void winplugin_enter(struct winplugin_frame *frame);

// The entry for calls. It uses crosscall2 and not an exported Go function, because the stub
// of such a function waits for the start of the runtime in each call.
EXPORT void winplugin_call(void *frame)
{
	winplugin_enter(frame);
	crosscall2(entries.call, frame, 0, 0);
}

// The init entry. It fills the table and returns 0. If the host's table has another version
// or size, it stores the library's version and returns 1. If the process has no
// thread-specific key left, it returns 2. The host holds a lock. Another call fills the
// table in the same way.
EXPORT int32_t winplugin_init(struct winplugin_table *t)
{
	static struct winplugin_table done;
	uint64_t version = t->version, size = t->size;
	t->version = WINPLUGIN_VERSION;
	t->size = sizeof *t;
	if (version != WINPLUGIN_VERSION || size != sizeof *t)
		return 1;
	if (!done.call) {
		struct winplugin_table mine = {
			.version = WINPLUGIN_VERSION,
			.size = sizeof mine,
			.manifest = winplugin_manifest_data,
			.manifest_size = winplugin_manifest_size,
		};
		if (winplugin_platform(&mine) != 0)
			return 2;
		mine.call = winplugin_call;
		done = mine;
	}
	*t = done;
	return 0;
}

// Returns the manifest of the running library.
EXPORT const unsigned char *winplugin_manifest(uint64_t *size)
{
	*size = winplugin_manifest_size;
	return winplugin_manifest_data;
}

// For callers of the plain C exports: frees the results that these have allocated.
EXPORT void winplugin_free(void *data)
{
	free(data);
}

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static void bind_thread(void)
{
	crosscall2(entries.bind, &x_cgo_pthread_key_created, 0, 0);
}

// On other systems the destructor of runtime/cgo's pthread key does this: cgocallback
// without a function returns the M of g.
static void NTAPI unbind_thread(void *g)
{
	crosscall2(NULL, g, 0, 0);
}

// Returns the offset in the TEB of the TLS slot in which the runtime keeps the address of
// the word with the current g, or 0 if it cannot be found. No variable that C can name has
// the offset. The 64 slots begin at 0x1480 in the TEB of 64-bit Windows. Binding this thread
// fills that slot and no other. Then the thread is unbound again.
static uint64_t find_tls_offset(void)
{
	void **slots = (void **)((char *)NtCurrentTeb() + 0x1480), *before[64], *g = NULL;
	uint64_t found = 0;
	for (int i = 0; i < 64; i++)
		before[i] = slots[i];
	bind_thread();
	x_cgo_pthread_key_created = 0;
	for (int i = 0; i < 64; i++) {
		if (slots[i] == before[i] || !slots[i])
			continue;
		if (found)
			return 0;
		found = 0x1480 + 8 * i;
		g = slots[i];
	}
#ifdef __x86_64__
	g = g ? *(void **)g : NULL; // the slot points to the word with g; on arm64 the slot is this word
#endif
	if (!g)
		return 0;
	unbind_thread(g);
	return found;
}

// Does nothing: the host binds threads, with a lock held. See abi.EntryTable.
static void winplugin_enter(struct winplugin_frame *frame)
{
	(void)frame;
}

// Returns the bounds of the calling thread's stack, from TEB.DeallocationStack and
// NT_TIB.StackBase. The system guards the lowest pages.
static void stack_bounds(uintptr_t bounds[2])
{
	char *teb = (char *)NtCurrentTeb();
	bounds[0] = *(uintptr_t *)(teb + 0x1478) + (16 << 10);
	bounds[1] = *(uintptr_t *)(teb + 8);
}

static int winplugin_platform(struct winplugin_table *t)
{
	entries.bounds = stack_bounds;
	set_stubs();
	winplugin_start(&entries); // waits until the runtime is up
	t->tls_offset = find_tls_offset();
	if (t->tls_offset) { // otherwise the host does not bind threads
		t->bind = bind_thread;
		t->unbind = unbind_thread;
		t->word = &x_cgo_pthread_key_created;
	}
	return 0;
}

#else

#include <dirent.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

// When a Go library is loaded, its runtime replaces the process's handlers of these signals
// in a constructor. The host's runtime needs its own handlers: SIGURG preempts goroutines,
// and the other signals report nil dereferences. So on_signal replaces the library's
// handlers, and passes each signal to the runtime for which it is meant.
static struct link_signal {
	int number;
	struct sigaction before, own;
} signals[] = { { SIGURG }, { SIGSEGV }, { SIGBUS }, { SIGFPE } };

#define EACH_SIGNAL(s) (struct link_signal *s = signals; s < signals + sizeof signals / sizeof *signals; s++)

static uintptr_t text_from, text_to; // the library's code

static void pass(const struct sigaction *to, int number, siginfo_t *info, void *context)
{
	if (to->sa_flags & SA_SIGINFO)
		to->sa_sigaction(number, info, context);
	else if (to->sa_handler != SIG_DFL && to->sa_handler != SIG_IGN)
		to->sa_handler(number);
}

static uintptr_t program_counter(void *context)
{
	ucontext_t *u = context;
#if defined __x86_64__
	return u->uc_mcontext.gregs[REG_RIP];
#elif defined __aarch64__
	return u->uc_mcontext.pc;
#else
#error "this processor is not supported by the bridge"
#endif
}

// The state of a thread that is bound to two runtimes. The handler of SIGURG drops the
// signal if the thread's borrowed M is outside of Go. The runtime does not notice
// (m.signalPending stays set), sends no other SIGURG to this M, and cannot preempt what runs
// on it later. So on_signal records each SIGURG here. The next code that enters Go on this
// thread sends another SIGURG, which resets m.signalPending (resendPreempt, in Go). It begins with
// 1, because m.signalPending of a borrowed M may be set.
struct thread {
	uint32_t preempt_pending;
};

// The key of each thread's struct thread, NULL if it has none. A handler of a signal may
// read the value of a key.
static pthread_key_t threads;
static int keyed; // threads has been created

static struct thread *note_thread(void)
{
	struct thread *t = malloc(sizeof *t);
	if (t) {
		t->preempt_pending = 1;
		pthread_setspecific(threads, t);
	}
	return t;
}

static void mark_preempt_pending(void)
{
	struct thread *t = keyed ? pthread_getspecific(threads) : NULL;
	if (t)
		__atomic_store_n(&t->preempt_pending, 1, __ATOMIC_RELAXED);
}

// Runs on the signal stack of any thread. With many libraries the handlers nest, so each
// must use little of that stack: a fault outside of this library's code is passed on
// without entering this library's runtime.
static void on_signal(int number, siginfo_t *info, void *context)
{
	struct link_signal *s = signals;
	while (s->number != number)
		s++;
	if (number == SIGURG) {
		// May be meant for either runtime; a runtime ignores a signal that is not its own.
		mark_preempt_pending();
		pass(&s->before, number, info, context);
		pass(&s->own, number, info, context);
		return;
	}
	uintptr_t pc = program_counter(context);
	int elsewhere = pc < text_from || pc >= text_to;
	int handled = s->before.sa_flags & SA_SIGINFO || (s->before.sa_handler != SIG_DFL && s->before.sa_handler != SIG_IGN);
	pass(elsewhere && handled ? &s->before : &s->own, number, info, context);
}

static int find_text(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size, (void)data;
	uintptr_t here = (uintptr_t)on_signal;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
		uintptr_t to = from + info->dlpi_phdr[i].p_memsz;
		if (info->dlpi_phdr[i].p_type == PT_LOAD && here >= from && here < to) {
			text_from = from;
			text_to = to;
			return 1;
		}
	}
	return 0;
}

// Sends a SIGURG to each thread of the process. A SIGURG that the host has sent between the
// two constructors may be lost. The host's runtime sends no second one to the thread
// (m.signalPending), and so could never preempt it, and never begin a garbage collection.
// Threads that have lost no signal ignore this one. It must be sent at once, because the
// host may already wait for such a thread.
static void resend_preempts(void)
{
	DIR *threads = opendir("/proc/self/task");
	struct dirent *e;
	while (threads && (e = readdir(threads)))
		if (e->d_name[0] != '.')
			syscall(SYS_tgkill, getpid(), atoi(e->d_name), SIGURG);
	if (threads)
		closedir(threads);
}

// Runs before the constructor of the Go runtime, which has no priority.
__attribute__((constructor(101))) static void save_handlers(void)
{
	for EACH_SIGNAL(s)
		sigaction(s->number, NULL, &s->before);
}

// Runs after the constructor of the Go runtime: constructors without priority run in the
// order of the object files, and the go command links Go's first. If that changes, the
// handlers are still those that were saved, and winplugin_platform calls it again.
__attribute__((constructor)) static void chain_handlers(void)
{
	if (text_to || !dl_iterate_phdr(find_text, NULL))
		return;
	for EACH_SIGNAL(s) {
		struct sigaction mine = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };
		sigfillset(&mine.sa_mask);
		sigaction(s->number, NULL, &s->own);
		if (s->own.sa_sigaction == s->before.sa_sigaction)
			text_to = 0;
		else
			sigaction(s->number, &mine, NULL);
	}
	resend_preempts();
}

// Gives a thread of the host an M of this library's runtime, and a struct thread. Since Go
// 1.21 runtime/cgo keeps the M in a pthread key of its own. When the thread ends, it returns
// the M and restores the signal mask that the thread had when it got the M. By then a thread
// of a Go host has blocked all signals, and the host's handlers must not run any more,
// because the g that they look up is gone. So a thread gets its M with all signals blocked.
static struct thread *bind_thread(void (*enter)(void))
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	enter();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return note_thread();
}

static void enter_first(void)
{
	environ_hooks.setenv = environ_setenv;
	environ_hooks.unsetenv = environ_unsetenv;
	entries.environment = &environ_hooks;
	set_stubs();
	winplugin_start(&entries); // waits until the runtime is up
}

static void enter_bind(void)
{
	static uintptr_t ignored;
	crosscall2(entries.bind, &ignored, 0, 0);
}

static void winplugin_enter(struct winplugin_frame *frame)
{
	struct thread *t = pthread_getspecific(threads);
	if (!t)
		t = bind_thread(enter_bind);
	frame->preempt_pending = t ? &t->preempt_pending : NULL;
}

// Callbacks pass through this function. The thread may be one of this library's own, to
// which the host then binds an M of its runtime.
static void leave(struct winplugin_frame *frame)
{
	struct thread *t = pthread_getspecific(threads);
	if (!t)
		t = note_thread();
	frame->preempt_pending = t ? &t->preempt_pending : NULL;
	entries.host(frame);
}

static int winplugin_platform(struct winplugin_table *t)
{
	(void)t;
	if (pthread_key_create(&threads, free) != 0)
		return 1;
	keyed = 1;
	chain_handlers();
	entries.leave = leave;
	bind_thread(enter_first);
	return 0;
}

#endif
