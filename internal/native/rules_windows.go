package native

import "github.com/RamanSharma100/go-winplugin/internal/wire"

// What is known of the functions of the system that a plugin's runtime and standard
// library call. A library whose import table names one that is not here belongs to a
// Go version that nobody has looked at: it cannot be unloaded.

// harmless are the imports of the runtimes of Go 1.22 to 1.26 that leave nothing behind.
// SetUnhandledExceptionFilter is called on 386 only.
var harmless = set(
	"FreeEnvironmentStringsW", "GetConsoleMode", "GetCurrentThreadId", "GetEnvironmentStringsW",
	"GetErrorMode", "GetProcessAffinityMask", "GetStdHandle", "GetSystemDirectoryA", "GetSystemInfo",
	"GetThreadContext", "PostQueuedCompletionStatus", "QueryPerformanceCounter",
	"QueryPerformanceFrequency", "RaiseFailFastException", "ResumeThread", "RtlLookupFunctionEntry",
	"RtlVirtualUnwind", "SetErrorMode", "SetEvent", "SetProcessPriorityBoost", "SetThreadContext",
	"SetThreadPriority", "SetUnhandledExceptionFilter", "SetWaitableTimer", "SuspendThread",
	"TlsAlloc", "VirtualQuery", "WerGetFlags", "WerSetFlags", "WriteConsoleW",
	"CreateThread", // its threads are found by where they start
	"ExitProcess", "WriteFile",
)

// needed are imports without whose hooks a library cannot be unloaded.
var needed = []string{
	"AddVectoredContinueHandler", "AddVectoredExceptionHandler", "CloseHandle", "CreateEventA",
	"CreateIoCompletionPort", "CreateThread", "CreateWaitableTimerExW", "DuplicateHandle",
	"GetProcAddress", "GetQueuedCompletionStatusEx", "LoadLibraryExW", "SetConsoleCtrlHandler",
	"SwitchToThread", "TlsAlloc", "VirtualAlloc", "VirtualFree", "WaitForMultipleObjects",
	"WaitForSingleObject",
}

// special are the functions whose hooks have code of their own.
var special = [wire.NumHooks]struct {
	name             string
	imported, byName bool // where the hook takes the function's place
}{
	wire.HookVirtualAlloc:                {"VirtualAlloc", true, true},
	wire.HookVirtualFree:                 {"VirtualFree", true, true},
	wire.HookAddVectoredExceptionHandler: {"AddVectoredExceptionHandler", true, true},
	wire.HookAddVectoredContinueHandler:  {"AddVectoredContinueHandler", true, true},
	wire.HookSetConsoleCtrlHandler:       {"SetConsoleCtrlHandler", true, true},
	wire.HookLoadLibraryExW:              {"LoadLibraryExW", true, true},
	wire.HookLoadLibraryW:                {"LoadLibraryW", true, true},
	wire.HookGetProcAddress:              {"GetProcAddress", true, true},
	wire.HookFreeLibrary:                 {"FreeLibrary", false, true},
	wire.HookWaitForSingleObject:         {"WaitForSingleObject", false, true},
	wire.HookSleep:                       {"Sleep", false, true},
	wire.HookTimeBeginPeriod:             {"timeBeginPeriod", false, true},
	wire.HookTimeEndPeriod:               {"timeEndPeriod", false, true},
	wire.HookWSAIoctl:                    {"WSAIoctl", false, true},
}

// out is a rule for a function that writes handles to where an argument points.
func out(kind, argument, handles int, flags uint64) uint64 {
	return wire.OpOut | uint64(kind)<<wire.OpKindShift | uint64(argument)<<wire.OpArgumentShift | uint64(handles)<<wire.OpHandlesShift | flags
}

// begin is a rule for a function that begins I/O, with an OVERLAPPED as an argument.
func begin(argument int, flags uint64) uint64 {
	return wire.OpBegin | uint64(argument)<<wire.OpArgumentShift | flags
}

func result(kind int) uint64 { return wire.OpResult | uint64(kind)<<wire.OpKindShift }

// general are the functions whose hook is the same code for all, told by a rule. They
// are hooked in the import table, and where they are asked for by name.
var general = []struct {
	name string
	op   uint64
}{
	// What the runtime imports. WaitForSingleObject is special by name.
	{"WaitForSingleObject", wire.OpWait},
	{"WaitForMultipleObjects", wire.OpWait},
	{"GetQueuedCompletionStatusEx", wire.OpWait | wire.OpDequeues},
	{"SwitchToThread", wire.OpWait},
	{"CreateEventA", result(wire.HandleEvent)}, // the runtime's have no name
	{"CreateWaitableTimerA", result(wire.HandleTimer)},
	{"CreateWaitableTimerExW", result(wire.HandleTimer)},
	{"CreateIoCompletionPort", result(wire.HandlePort)},
	{"CreateFileA", result(wire.HandleFile)},
	{"DuplicateHandle", out(wire.HandleOther, 3, 1, wire.OpIfOwnProcess)},
	{"CloseHandle", wire.OpClose},

	// What packages ask for by name.
	{"GetQueuedCompletionStatus", wire.OpWait},
	{"WaitForSingleObjectEx", wire.OpWait},
	{"WaitForMultipleObjectsEx", wire.OpWait},
	{"SleepEx", wire.OpWait},
	{"NtCreateWaitCompletionPacket", out(wire.HandleOther, 0, 1, wire.OpZeroIsSuccess)},
	{"CreateFileW", result(wire.HandleFile)},
	{"ReOpenFile", result(wire.HandleFile)},
	{"CreateNamedPipeW", result(wire.HandleFile)},
	{"CreatePipe", out(wire.HandleFile, 0, 1, wire.OpNextArgument)},
	{"NtCreateFile", out(wire.HandleFile, 0, 1, wire.OpZeroIsSuccess)},
	{"NtOpenFile", out(wire.HandleFile, 0, 1, wire.OpZeroIsSuccess)},
	{"NtCreateNamedPipeFile", out(wire.HandleFile, 0, 1, wire.OpZeroIsSuccess)},
	{"WSASocketW", result(wire.HandleSocket)},
	{"socket", result(wire.HandleSocket)},
	{"accept", result(wire.HandleSocket)},
	{"closesocket", wire.OpClose},
	{"CreateProcessW", out(wire.HandleOther, 9, 2, 0)},
	{"CreateProcessAsUserW", out(wire.HandleOther, 10, 2, 0)},
	{"OpenProcess", result(wire.HandleOther)},
	{"OpenThread", result(wire.HandleOther)},
	{"OpenProcessToken", out(wire.HandleOther, 2, 1, 0)},
	{"OpenThreadToken", out(wire.HandleOther, 3, 1, 0)},
	{"DuplicateTokenEx", out(wire.HandleOther, 5, 1, 0)},
	{"CreateEventW", result(wire.HandleOther)}, // it may be shared, so it is not for us to signal
	{"CreateEventExW", result(wire.HandleOther)},
	{"OpenEventW", result(wire.HandleOther)},
	{"CreateMutexW", result(wire.HandleOther)},
	{"CreateMutexExW", result(wire.HandleOther)},
	{"OpenMutexW", result(wire.HandleOther)},
	{"CreateSemaphoreW", result(wire.HandleOther)},
	{"CreateWaitableTimerW", result(wire.HandleOther)},
	{"CreateFileMappingW", result(wire.HandleOther)},
	{"OpenFileMappingW", result(wire.HandleOther)},
	{"CreateJobObjectW", result(wire.HandleOther)},
	{"CreateToolhelp32Snapshot", result(wire.HandleOther)},
	{"FindFirstChangeNotificationW", result(wire.HandleOther)},
	{"FindCloseChangeNotification", wire.OpClose},
	{"RegOpenKeyExW", out(wire.HandleOther, 4, 1, wire.OpZeroIsSuccess)},
	{"RegCreateKeyExW", out(wire.HandleOther, 7, 1, wire.OpZeroIsSuccess)},
	{"RegCloseKey", wire.OpClose},
	{"NtClose", wire.OpClose},
	{"ReadFile", begin(4, 0)},
	{"WriteFile", begin(4, 0)},
	{"DeviceIoControl", begin(7, 0)},
	{"ConnectNamedPipe", begin(1, 0)},
	{"ReadDirectoryChangesW", begin(6, 0)},
	{"LockFileEx", begin(5, 0)},
	{"WSARecv", begin(5, wire.OpMinusOneFails)},
	{"WSASend", begin(5, wire.OpMinusOneFails)},
	{"WSARecvFrom", begin(7, wire.OpMinusOneFails)},
	{"WSASendTo", begin(7, wire.OpMinusOneFails)},
	{"AcceptEx", begin(7, 0)},
	{"TransmitFile", begin(4, 0)},
}

// extensions are functions that WSAIoctl gives, by the first half of their GUID (mswsock.h).
var extensions = []struct {
	guid uint64
	op   uint64
}{
	{0x4660ddf325a207b9, begin(6, 0)},                    // ConnectEx
	{0x11cfcbacb5367df1, begin(7, 0)},                    // AcceptEx
	{0x11cfcbacb5367df0, begin(4, 0)},                    // TransmitFile
	{0x436f86307fda2e11, begin(1, 0)},                    // DisconnectEx
	{0x43ca754fa441e712, begin(4, wire.OpMinusOneFails)}, // WSASendMsg
	{0x436b6f1ff689d7c8, begin(3, wire.OpMinusOneFails)}, // WSARecvMsg
}

// keepers are functions through which the system keeps the address of code or of memory
// of the plugin, for as long as nobody takes it back. A library that has asked for one
// of them cannot be unloaded. The standard library asks for none.
var keepers = []string{
	"SetWindowsHookExA", "SetWindowsHookExW", "SetWinEventHook", "RegisterClassA", "RegisterClassW",
	"RegisterClassExA", "RegisterClassExW", "SetWindowLongPtrA", "SetWindowLongPtrW", "SetTimer",
	"timeSetEvent", "waveInOpen", "waveOutOpen",
	"CreateTimerQueueTimer", "RegisterWaitForSingleObject", "QueueUserWorkItem", "QueueUserAPC",
	"BindIoCompletionCallback", "TrySubmitThreadpoolCallback", "CreateThreadpoolWork",
	"CreateThreadpoolTimer", "CreateThreadpoolWait", "CreateThreadpoolIo",
	"FlsAlloc", "ConvertThreadToFiber", "ConvertThreadToFiberEx", "CreateFiber", "CreateFiberEx",
	"SetUnhandledExceptionFilter", "RtlAddVectoredExceptionHandler", "RtlAddFunctionTable",
	"RtlInstallFunctionTableCallback", "LdrRegisterDllNotification", "AddSecureMemoryCacheCallback",
	"PowerRegisterSuspendResumeNotification", "PowerSettingRegisterNotification",
	"RegisterServiceCtrlHandlerW", "RegisterServiceCtrlHandlerExW", "StartServiceCtrlDispatcherW",
	"NotifyServiceStatusChangeW", "NotifyIpInterfaceChange", "NotifyUnicastIpAddressChange",
	"NotifyRouteChange2", "EvtSubscribe", "CoRegisterClassObject", "CM_Register_Notification",
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
