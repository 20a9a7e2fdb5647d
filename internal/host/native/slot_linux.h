// What the files of assembly for the pure bridge on Linux share, on any processor.

// A slot, field for field: see slot_linux.go.
#define slot_codestart     0
#define slot_codeend       8
#define slot_signals       16
#define slot_generation    24
#define slot_words         32
#define slot_inside        40
#define slot_ended         48
#define slot_closing       56
#define slot_criticalstart 64
#define slot_criticalend   72
#define slot_syscallhook   80
#define slot_syscallreturn 88
#define slot_requests      96
#define slot_arrivals      104
#define slot_spinning      112
#define slot_unbind        120
#define slot_threads       128
#define slot_size          192

// A thread's words for a slot.
#define words_g          0
#define words_generation 8
#define words_preempt    12
#define words_record     16

// An entry of a slot's table of threads, and the number of entries.
#define entry_thread 0
#define entry_answer 4
#define entry_size   8
#define THREADS      10240

// Answers of threads to the signal of a rescue.
#define answer_inside 2
#define answer_out    3

// Of the word words_record: the thread runs code of this program, in a callback.
#define in_host 1

// Of a slot's word ended: it holds an exit code.
#define ended_exit 32

// Fields of a Transition and a wire.Frame.
#define transition_call  0
#define transition_frame 8
#define transition_slot  16
#define frame_preempt  72

#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define SIG_SETMASK 2
