// What the files of assembly for the pure bridge on linux/amd64 share.

#include "slot_linux.h"

#define SYS_rt_sigprocmask 14
#define SYS_clone 56
#define SYS_exit 60
#define SYS_gettid 186
#define SYS_futex 202

// The word at FS:0 is FS: MOVQ FS:0, CX
#define LOADFS BYTE $0x64; BYTE $0x48; BYTE $0x8b; BYTE $0x0c; BYTE $0x25; BYTE $0; BYTE $0; BYTE $0; BYTE $0
