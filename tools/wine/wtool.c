/*
 * wtool: stands in for gcc.exe, g++.exe, ar.exe and their like inside Wine, and runs the
 * Linux-hosted cross tool of the same name (x86_64-w64-mingw32-NAME).
 *
 * Wine can start a Unix program with CreateProcess, but it gives no process handle for one,
 * so there is nothing to wait for and no exit code; and it hands over only those standard
 * handles that are Unix file descriptors, which pipes are not. So standard input, output,
 * error and the exit status all travel through files in a fresh folder, and the shim polls
 * for the last of them.
 *
 * Nothing is freed but what a long command line would pile up: the process lives 50 ms.
 *
 *   WTOOL_PREFIX  the tools' prefix, x86_64-w64-mingw32- if not set
 *   WTOOL_LOG     Windows path of a file to which each command is appended
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { exit_broken = 125 };

/* Wine's own: the Unix name of a Windows path, in the Unix character set (UTF-8 here). */
static char *(CDECL *wine_unix_name)(LPCWSTR);

/* The folder of this run's files, Windows name. */
static WCHAR dir[MAX_PATH * 2];

static void die(const char *what)
{
    fprintf(stderr, "wtool: %s: error %lu\n", what, GetLastError());
    ExitProcess(exit_broken);
}

static void *allocate(size_t n)
{
    void *p = calloc(1, n + 1);
    if (!p)
        die("out of memory");
    return p;
}

/* ---- text ---- */

typedef struct {
    char *p; /* always ends in a zero byte once something was put */
    size_t n, cap;
} buffer;

static void put(buffer *b, const char *s, size_t n)
{
    if (b->n + n + 1 > b->cap) {
        b->cap = (b->n + n + 1) * 2;
        b->p = realloc(b->p, b->cap);
        if (!b->p)
            die("out of memory");
    }
    memcpy(b->p + b->n, s, n);
    b->n += n;
    b->p[b->n] = 0;
}

static void put_text(buffer *b, const char *s)
{
    put(b, s, strlen(s));
}

/* in single quotes, for the shell */
static void put_quoted(buffer *b, const char *s)
{
    put_text(b, "'");
    for (; *s; s++) {
        if (*s == '\'')
            put_text(b, "'\\''");
        else
            put(b, s, 1);
    }
    put_text(b, "'");
}

static char *narrow(const WCHAR *w, int n)
{
    int len = WideCharToMultiByte(CP_UTF8, 0, w, n, NULL, 0, NULL, NULL);
    char *s = allocate(len);
    WideCharToMultiByte(CP_UTF8, 0, w, n, s, len, NULL, NULL);
    return s;
}

static WCHAR *widen(const char *s)
{
    int len = MultiByteToWideChar(CP_UTF8, 0, s, -1, NULL, 0);
    WCHAR *w = allocate((len + 1) * sizeof *w);
    MultiByteToWideChar(CP_UTF8, 0, s, -1, w, len);
    return w;
}

/* ---- files of this run ---- */

static WCHAR *in_dir(const WCHAR *name)
{
    WCHAR *w = allocate((wcslen(dir) + wcslen(name) + 2) * sizeof *w);
    wcscpy(w, dir);
    wcscat(w, L"\\");
    wcscat(w, name);
    return w;
}

static void write_file(const WCHAR *name, const char *p, size_t n)
{
    DWORD k;
    HANDLE h = CreateFileW(in_dir(name), GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL);
    if (h == INVALID_HANDLE_VALUE)
        die("create temporary file");
    while (n) {
        if (!WriteFile(h, p, n > 1 << 20 ? 1 << 20 : n, &k, NULL))
            die("write temporary file");
        p += k;
        n -= k;
    }
    CloseHandle(h);
}

static void read_handle(HANDLE h, buffer *b)
{
    char block[65536];
    DWORD k;
    put(b, "", 0);
    while (ReadFile(h, block, sizeof block, &k, NULL) && k)
        put(b, block, k);
}

static BOOL read_file(const WCHAR *path, buffer *b)
{
    HANDLE h = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                           NULL, OPEN_EXISTING, 0, NULL);
    if (h == INVALID_HANDLE_VALUE)
        return FALSE;
    read_handle(h, b);
    CloseHandle(h);
    return TRUE;
}

static void make_dir(void)
{
    WCHAR tmp[MAX_PATH + 1];
    LARGE_INTEGER now;
    if (!GetTempPathW(MAX_PATH + 1, tmp))
        die("GetTempPath");
    QueryPerformanceCounter(&now);
    for (int i = 0;; i++) {
        swprintf(dir, MAX_PATH * 2, L"%lswtool-%lu-%llx-%d", tmp, GetCurrentProcessId(), now.QuadPart, i);
        if (CreateDirectoryW(dir, NULL))
            return;
        if (GetLastError() != ERROR_ALREADY_EXISTS)
            die("create temporary folder");
    }
}

/* ---- Windows paths in arguments become Unix paths ---- */

/* The Unix name of an existing file or of a new one in an existing folder, else NULL. Drive
 * C: is named by its folder and not by its link "c:": a colon would split PATH-like lists. */
static char *unix_name(const WCHAR *w)
{
    char *u = wine_unix_name(w), *c = u ? strstr(u, "/dosdevices/c:") : NULL;
    if (c && (c[14] == '/' || !c[14])) {
        memcpy(c, "/drive_c", 8);
        memmove(c + 8, c + 14, strlen(c + 14) + 1);
    }
    return u;
}

static void put_unix_path(buffer *b, const char *s, size_t n)
{
    char *text = allocate(n), *u;
    memcpy(text, s, n);
    WCHAR *w = widen(text);
    for (WCHAR *p = w; *p; p++)
        if (*p == '/')
            *p = '\\';

    /* Several folders may be missing: translate the longest part that exists. */
    size_t k = wcslen(w);
    while (!(u = unix_name(w)) && k > 3) {
        while (k > 3 && w[k - 1] != '\\')
            k--;
        if (k > 3)
            w[--k] = 0;
    }
    if (u) {
        char *done = narrow(w, -1);
        put_text(b, u);
        for (char *p = text + strlen(done); *p; p++)
            put(b, *p == '\\' ? "/" : p, 1);
        free(done);
    } else {
        put(b, s, n);
    }
    free(text);
    free(w);
}

static BOOL is_drive(const char *s)
{
    return (s[0] | 32) >= 'a' && (s[0] | 32) <= 'z' && s[1] == ':' && (s[2] == '\\' || s[2] == '/');
}

static BOOL is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

static BOOL has_prefix(const char *s, const char *prefix)
{
    return !strncmp(s, prefix, strlen(prefix));
}

/* One argument with each absolute Windows path in it translated, and every other backslash
 * a slash. -D and -U are left alone: their values are C text. */
static char *translate(const char *a)
{
    static const char *const joined[] = {"-isystem", "-iquote", "-idirafter", "-include",
                                         "-imacros", "-isysroot"};
    buffer b = {0};
    size_t value = 0; /* where a path may follow the option's name directly: -IC:\x */
    put(&b, "", 0);
    if (has_prefix(a, "-D") || has_prefix(a, "-U")) {
        put_text(&b, a);
        return b.p;
    }
    if (a[0] == '-' && a[1]) {
        value = 2;
        for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
            if (has_prefix(a, joined[i]))
                value = strlen(joined[i]);
    }
    BOOL commas = has_prefix(a, "-Wl,") || has_prefix(a, "-Wa,") || has_prefix(a, "-Wp,");
    BOOL map = strstr(a, "-prefix-map=") != NULL;

    for (size_t i = 0; a[i];) {
        size_t start = i;
        if (has_prefix(a + i, "\\\\?\\") && is_drive(a + i + 4))
            start = i + 4;
        if (is_drive(a + start) && (start != i || i == 0 || i == value || !is_word(a[i - 1]))) {
            size_t end = start;
            while (a[end] && a[end] != ';' && !(commas && a[end] == ',') && !(map && a[end] == '='))
                end++;
            put_unix_path(&b, a + start, end - start);
            i = end;
        } else {
            put(&b, a[i] == '\\' ? "/" : a + i, 1);
            i++;
        }
    }
    return b.p;
}

/* ---- @response files: read by gcc's rules, each argument translated, written again ---- */

static int responses;

/* The next argument at *p, unquoted; NULL at the end. A backslash takes the next character
 * as it is, except inside single quotes. */
static char *next_argument(char **p)
{
    char *c = *p, quote = 0;
    buffer one = {0};
    c += strspn(c, " \t\r\n");
    if (!*c)
        return NULL;
    put(&one, "", 0);
    for (; *c; c++) {
        if (quote != '\'' && *c == '\\' && c[1]) {
            put(&one, ++c, 1);
        } else if (quote) {
            if (*c == quote)
                quote = 0;
            else
                put(&one, c, 1);
        } else if (*c == '\'' || *c == '"') {
            quote = *c;
        } else if (strchr(" \t\r\n", *c)) {
            break;
        } else {
            put(&one, c, 1);
        }
    }
    *p = c;
    return one.p;
}

static char *argument(const char *a);

static char *response(const char *a)
{
    buffer in = {0}, out = {0}, arg = {0};
    char *one;
    if (!read_file(widen(a + 1), &in))
        return strdup(a);
    put(&out, "", 0);
    for (char *p = in.p; (one = next_argument(&p)); free(one)) {
        put_text(&out, "\"");
        for (char *c = argument(one); *c; c++) {
            if (*c == '"' || *c == '\\')
                put_text(&out, "\\");
            put(&out, c, 1);
        }
        put_text(&out, "\"\n");
    }
    WCHAR name[32];
    swprintf(name, 32, L"rsp%d", responses++);
    write_file(name, out.p, out.n);
    put_text(&arg, "@");
    put_text(&arg, unix_name(in_dir(name)));
    return arg.p;
}

static char *argument(const char *a)
{
    return a[0] == '@' && a[1] ? response(a) : translate(a);
}

/* ---- the run ---- */

/* DEPENDENCIES_OUTPUT, a variable that gcc reads, names a file to which gcc appends the names
 * of all files that it has read. The command gets a file of its own; after it, the names get
 * a drive and go into the file that the caller has named. gcc cuts the name at a space, so
 * the command's file cannot lie in the folder of this run. */
static void put_dependencies_before(buffer *script)
{
    put_text(script, "DEPENDENCIES_OUTPUT=$(mktemp /tmp/wtool.XXXXXX) && export DEPENDENCIES_OUTPUT\n");
}

static void put_dependencies_after(buffer *script, const WCHAR *path)
{
    buffer drive = {0}, file = {0};
    char *name = narrow(path, -1);
    put_text(&drive, "s,(^| )");
    put_text(&drive, unix_name(L"C:\\"));
    if (drive.p[drive.n - 1] != '/')
        put_text(&drive, "/");
    put_text(&drive, ",\\1C:/,g");
    put_unix_path(&file, name, strcspn(name, " ")); /* a target may follow */
    put_text(script, "sed -E -e ");
    put_quoted(script, drive.p);
    put_text(script, " -e 's,(^| )/,\\1Z:/,g' \"$DEPENDENCIES_OUTPUT\" >>");
    put_quoted(script, file.p);
    put_text(script, "\nrm -f \"$DEPENDENCIES_OUTPUT\"\n");
}

static void start_shell(const char *script)
{
    buffer line = {0};
    STARTUPINFOW si = {.cb = sizeof si};
    PROCESS_INFORMATION pi = {0};
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    put_text(&line, "sh \"");
    put_text(&line, script);
    put_text(&line, "\"");
    /* No handle that could keep the caller's pipes open after this process has ended. */
    si.dwFlags = STARTF_USESTDHANDLES;
    si.hStdInput = si.hStdOutput = si.hStdError =
        CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                    &inherit, OPEN_EXISTING, 0, NULL);
    if (!CreateProcessW(L"\\\\?\\unix\\bin\\sh", widen(line.p), NULL, NULL, TRUE, 0, NULL, NULL, &si, &pi) &&
        !CreateProcessW(L"Z:\\bin\\sh", widen(line.p), NULL, NULL, TRUE, 0, NULL, NULL, &si, &pi))
        die("start /bin/sh");
}

static void emit(DWORD std, const buffer *b)
{
    HANDLE h = GetStdHandle(std);
    const char *p = b->p;
    size_t n = b->n;
    DWORD k;
    while (n && WriteFile(h, p, n > 65536 ? 65536 : n, &k, NULL)) {
        p += k;
        n -= k;
    }
}

static void log_script(const buffer *script)
{
    WCHAR *path = _wgetenv(L"WTOOL_LOG");
    FILE *f = path && *path ? _wfopen(path, L"ab") : NULL;
    if (f) {
        fwrite(script->p, 1, script->n, f);
        fclose(f);
    }
}

static void clean(void)
{
    static const WCHAR *const names[] = {L"rc", L"out", L"err", L"in", L"run"};
    WCHAR name[32];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        DeleteFileW(in_dir(names[i]));
    for (int i = 0; i < responses; i++) {
        swprintf(name, 32, L"rsp%d", i);
        DeleteFileW(in_dir(name));
    }
    RemoveDirectoryW(dir);
}

int wmain(int argc, WCHAR **argv)
{
    WCHAR self[MAX_PATH * 2];
    buffer script = {0}, path = {0}, status = {0}, out = {0}, err = {0};
    BOOL use_stdin = FALSE, prints_path = FALSE;
    const WCHAR *dependencies = _wgetenv(L"DEPENDENCIES_OUTPUT");

    wine_unix_name = (void *)GetProcAddress(GetModuleHandleA("kernel32.dll"), "wine_get_unix_file_name");
    if (!wine_unix_name) {
        fprintf(stderr, "wtool: not running under Wine\n");
        return exit_broken;
    }
    GetModuleFileNameW(NULL, self, MAX_PATH * 2);
    WCHAR *base = wcsrchr(self, '\\') + 1, *dot = wcsrchr(base, '.');
    if (dot)
        *dot = 0;
    make_dir();

    const char *folder = strdup(unix_name(dir)), *prefix = getenv("WTOOL_PREFIX");
    put_text(&script, "d=");
    put_quoted(&script, folder);
    put_text(&script, "\nexport LC_ALL=C.UTF-8 TMPDIR=\"$d\"\nunset LD_LIBRARY_PATH LD_PRELOAD\n"
                      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
    if (dependencies && *dependencies)
        put_dependencies_before(&script);
    put_text(&script, prefix ? prefix : "x86_64-w64-mingw32-");
    put_text(&script, narrow(base, -1));
    for (int i = 1; i < argc; i++) {
        char *a = narrow(argv[i], -1);
        if (!strcmp(a, "-"))
            use_stdin = TRUE;
        if (has_prefix(a, "-print-") || has_prefix(a, "--print-"))
            prints_path = TRUE;
        put_text(&script, " ");
        put_quoted(&script, argument(a));
    }
    put_text(&script, use_stdin ? " <\"$d/in\"" : " </dev/null");
    /* The status appears whole, and last: it is what the loop below waits for. */
    put_text(&script, " >\"$d/out\" 2>\"$d/err\"\nstatus=$?\n");
    if (dependencies && *dependencies)
        put_dependencies_after(&script, dependencies);
    put_text(&script, "echo $status >\"$d/rc.tmp\"\nmv \"$d/rc.tmp\" \"$d/rc\"\n");
    if (use_stdin) {
        buffer in = {0};
        read_handle(GetStdHandle(STD_INPUT_HANDLE), &in);
        write_file(L"in", in.p, in.n);
    }
    write_file(L"run", script.p, script.n);
    log_script(&script);

    put_text(&path, folder);
    put_text(&path, "/run");
    start_shell(path.p);
    WCHAR *done = in_dir(L"rc");
    for (int i = 0; GetFileAttributesW(done) == INVALID_FILE_ATTRIBUTES; i++)
        Sleep(i < 50 ? 2 : 10);

    read_file(done, &status);
    read_file(in_dir(L"out"), &out);
    read_file(in_dir(L"err"), &err);
    if (prints_path && out.n && out.p[0] == '/') {
        buffer named = {0};
        put_text(&named, "Z:");
        put(&named, out.p, out.n);
        out = named;
    }
    emit(STD_OUTPUT_HANDLE, &out);
    emit(STD_ERROR_HANDLE, &err);
    clean();
    ExitProcess(status.n ? (UINT)atoi(status.p) : exit_broken);
}
