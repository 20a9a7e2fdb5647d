package e2e

import (
	"os"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A host whose goroutines all wait for the plugin is not deadlocked. The test's own timers
// would hide it, so it runs in a process without any.
func TestWaitForPluginWithoutTimers(t *testing.T) {
	runChild(t, "wait for plugin", 2*time.Minute, "WINPLUGIN_TEST_WORKER="+built(t, "worker"))
}

func init() {
	children["wait for plugin"] = func() error {
		p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_WORKER"))
		if err != nil {
			return err
		}
		after, err := winplugin.Func[func(func())](p, "After")
		if err != nil {
			return err
		}
		for range 5 {
			done := make(chan struct{})
			after(func() { close(done) })
			<-done
		}
		return p.Close()
	}
}
