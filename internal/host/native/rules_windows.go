package native

import "github.com/RamanSharma100/go-winplugin/internal/shared/abi"

// The tables in this file describe the functions of Windows that a plugin's runtime and
// standard library call. A library that imports a function that is not in them was built
// by a Go version that was not checked. It cannot be unloaded.

// unhookedImports are imports of Go 1.22 to 1.26 that need no hook, because their effects
// end with the library's threads. SetUnhandledExceptionFilter is called on 386 only.
var unhookedImports = set(
	"FreeEnvironmentStringsW", "GetConsoleMode", "GetCurrentThreadId", "GetEnvironmentStringsW",
	"GetErrorMode", "GetProcessAffinityMask", "GetStdHandle", "GetSystemDirectoryA", "GetSystemInfo",
	"GetThreadContext", "PostQueuedCompletionStatus", "QueryPerformanceCounter",
	"QueryPerformanceFrequency", "RaiseFailFastException", "ResumeThread", "RtlLookupFunctionEntry",
	"RtlVirtualUnwind", "SetErrorMode", "SetEvent", "SetProcessPriorityBoost", "SetThreadContext",
	"SetThreadPriority", "SetUnhandledExceptionFilter", "SetWaitableTimer", "SuspendThread",
	"TlsAlloc", "VirtualQuery", "WerGetFlags", "WerSetFlags", "WriteConsoleW",
	"CreateThread", // unload finds the threads by their start addresses
	"ExitProcess", "WriteFile",
)

// requiredImports are imports that every supported runtime has. Unloading relies on them.
var requiredImports = []string{
	"AddVectoredContinueHandler", "AddVectoredExceptionHandler", "CloseHandle", "CreateEventA",
	"CreateIoCompletionPort", "CreateThread", "CreateWaitableTimerExW", "DuplicateHandle",
	"GetProcAddress", "GetQueuedCompletionStatusEx", "LoadLibraryExW", "SetConsoleCtrlHandler",
	"SwitchToThread", "TlsAlloc", "VirtualAlloc", "VirtualFree", "WaitForMultipleObjects",
	"WaitForSingleObject",
}

// special are the functions whose hooks have code of their own.
var special = [abi.NumHooks]struct {
	name     string
	imported bool // the hook replaces the import
	byName   bool // GetProcAddress returns the hook
}{
	abi.HookVirtualAlloc:                {"VirtualAlloc", true, true},
	abi.HookVirtualFree:                 {"VirtualFree", true, true},
	abi.HookAddVectoredExceptionHandler: {"AddVectoredExceptionHandler", true, true},
	abi.HookAddVectoredContinueHandler:  {"AddVectoredContinueHandler", true, true},
	abi.HookSetConsoleCtrlHandler:       {"SetConsoleCtrlHandler", true, true},
	abi.HookLoadLibraryExW:              {"LoadLibraryExW", true, true},
	abi.HookLoadLibraryW:                {"LoadLibraryW", true, true},
	abi.HookGetProcAddress:              {"GetProcAddress", true, true},
	abi.HookFreeLibrary:                 {"FreeLibrary", false, true},
	abi.HookWaitForSingleObject:         {"WaitForSingleObject", false, true},
	abi.HookSleep:                       {"Sleep", false, true},
	abi.HookTimeBeginPeriod:             {"timeBeginPeriod", false, true},
	abi.HookTimeEndPeriod:               {"timeEndPeriod", false, true},
	abi.HookWSAIoctl:                    {"WSAIoctl", false, true},
}

// out is a rule for a function that writes handles to where an argument points.
func out(kind, argument, handles int, flags uint64) uint64 {
	return abi.OpOut | uint64(kind)<<abi.OpKindShift | uint64(argument)<<abi.OpArgumentShift | uint64(handles)<<abi.OpHandlesShift | flags
}

// begin is a rule for a function that begins I/O, with an OVERLAPPED as an argument.
func begin(argument int, flags uint64) uint64 {
	return abi.OpBegin | uint64(argument)<<abi.OpArgumentShift | flags
}

func result(kind int) uint64 { return abi.OpResult | uint64(kind)<<abi.OpKindShift }

// general are the functions that share one hook. The rule tells it what to do. The hook
// replaces the import, and GetProcAddress returns it.
var general = []struct {
	name string
	op   uint64
}{
	// Functions that the runtime imports. WaitForSingleObject has another rule by name.
	{"WaitForSingleObject", abi.OpWait},
	{"WaitForMultipleObjects", abi.OpWait},
	{"GetQueuedCompletionStatusEx", abi.OpWait | abi.OpDequeues},
	{"SwitchToThread", abi.OpWait},
	{"CreateEventA", result(abi.HandleEvent)}, // the runtime's have no name
	{"CreateWaitableTimerA", result(abi.HandleTimer)},
	{"CreateWaitableTimerExW", result(abi.HandleTimer)},
	{"CreateIoCompletionPort", result(abi.HandlePort)},
	{"CreateFileA", result(abi.HandleFile)},
	{"DuplicateHandle", out(abi.HandleOther, 3, 1, abi.OpIfOwnProcess)},
	{"CloseHandle", abi.OpClose},

	// Functions that packages get by name.
	{"GetQueuedCompletionStatus", abi.OpWait},
	{"WaitForSingleObjectEx", abi.OpWait},
	{"WaitForMultipleObjectsEx", abi.OpWait},
	{"SleepEx", abi.OpWait},
	{"NtCreateWaitCompletionPacket", out(abi.HandleOther, 0, 1, abi.OpZeroIsSuccess)},
	{"CreateFileW", result(abi.HandleFile)},
	{"ReOpenFile", result(abi.HandleFile)},
	{"CreateNamedPipeW", result(abi.HandleFile)},
	{"CreatePipe", out(abi.HandleFile, 0, 1, abi.OpNextArgument)},
	{"NtCreateFile", out(abi.HandleFile, 0, 1, abi.OpZeroIsSuccess)},
	{"NtOpenFile", out(abi.HandleFile, 0, 1, abi.OpZeroIsSuccess)},
	{"NtCreateNamedPipeFile", out(abi.HandleFile, 0, 1, abi.OpZeroIsSuccess)},
	{"WSASocketW", result(abi.HandleSocket)},
	{"socket", result(abi.HandleSocket)},
	{"accept", result(abi.HandleSocket)},
	{"closesocket", abi.OpClose},
	{"CreateProcessW", out(abi.HandleOther, 9, 2, 0)},
	{"CreateProcessAsUserW", out(abi.HandleOther, 10, 2, 0)},
	{"OpenProcess", result(abi.HandleOther)},
	{"OpenThread", result(abi.HandleOther)},
	{"OpenProcessToken", out(abi.HandleOther, 2, 1, 0)},
	{"OpenThreadToken", out(abi.HandleOther, 3, 1, 0)},
	{"DuplicateTokenEx", out(abi.HandleOther, 5, 1, 0)},
	{"CreateEventW", result(abi.HandleOther)}, // other processes may share it, so unload must not signal it
	{"CreateEventExW", result(abi.HandleOther)},
	{"OpenEventW", result(abi.HandleOther)},
	{"CreateMutexW", result(abi.HandleOther)},
	{"CreateMutexExW", result(abi.HandleOther)},
	{"OpenMutexW", result(abi.HandleOther)},
	{"CreateSemaphoreW", result(abi.HandleOther)},
	{"CreateWaitableTimerW", result(abi.HandleOther)},
	{"CreateFileMappingW", result(abi.HandleOther)},
	{"OpenFileMappingW", result(abi.HandleOther)},
	{"CreateJobObjectW", result(abi.HandleOther)},
	{"CreateToolhelp32Snapshot", result(abi.HandleOther)},
	{"FindFirstChangeNotificationW", result(abi.HandleOther)},
	{"FindCloseChangeNotification", abi.OpClose},
	{"RegOpenKeyExW", out(abi.HandleOther, 4, 1, abi.OpZeroIsSuccess)},
	{"RegCreateKeyExW", out(abi.HandleOther, 7, 1, abi.OpZeroIsSuccess)},
	{"RegCloseKey", abi.OpClose},
	{"NtClose", abi.OpClose},
	{"ReadFile", begin(4, 0)},
	{"WriteFile", begin(4, 0)},
	{"DeviceIoControl", begin(7, 0)},
	{"ConnectNamedPipe", begin(1, 0)},
	{"ReadDirectoryChangesW", begin(6, 0)},
	{"LockFileEx", begin(5, 0)},
	{"WSARecv", begin(5, abi.OpMinusOneFails)},
	{"WSASend", begin(5, abi.OpMinusOneFails)},
	{"WSARecvFrom", begin(7, abi.OpMinusOneFails)},
	{"WSASendTo", begin(7, abi.OpMinusOneFails)},
	{"AcceptEx", begin(7, 0)},
	{"TransmitFile", begin(4, 0)},
}

// extensions are functions that WSAIoctl returns, by the first half of their GUID
// (mswsock.h).
var extensions = []struct {
	guid uint64
	op   uint64
}{
	{0x4660ddf325a207b9, begin(6, 0)},                   // ConnectEx
	{0x11cfcbacb5367df1, begin(7, 0)},                   // AcceptEx
	{0x11cfcbacb5367df0, begin(4, 0)},                   // TransmitFile
	{0x436f86307fda2e11, begin(1, 0)},                   // DisconnectEx
	{0x43ca754fa441e712, begin(4, abi.OpMinusOneFails)}, // WSASendMsg
	{0x436b6f1ff689d7c8, begin(3, abi.OpMinusOneFails)}, // WSARecvMsg
}

// pinningAPIs are functions that make Windows keep an address in the plugin's code or
// memory. A library that gets one of them by name cannot be unloaded. The standard library
// uses none.
var pinningAPIs = []string{
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
