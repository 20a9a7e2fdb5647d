package codec

import (
	"fmt"
	"strings"
	"testing"
)

// A sender is the scope of one plugin, with a budget of its own.
type sender struct {
	*loopback
	budget Budget
}

func (s *sender) Budget() *Budget { return &s.budget }

// One sender cannot use up what others may describe.
func TestBudgetsOfSenders(t *testing.T) {
	greedy, modest := &sender{loopback: newLoopback()}, &sender{loopback: newLoopback()}
	greedy.budget.size = maxDescribed - 100
	describe := func(s *sender, n int) error {
		_, err := resolve([]byte(fmt.Sprintf("[%d]int", n)), s)
		return err
	}
	if err := describe(greedy, 1001); err != nil {
		t.Fatalf("within the budget: got error %v, want nil", err)
	}
	if err := describe(greedy, 1002); err == nil || !strings.Contains(err.Error(), "too many different types") {
		t.Errorf("beyond the budget: got %v, want too many different types", err)
	}
	if err := describe(greedy, 1001); err != nil {
		t.Errorf("the same again: got error %v, want nil", err)
	}
	if err := describe(modest, 1003); err != nil {
		t.Errorf("another sender: got error %v, want nil", err)
	}
	if err := describe(modest, 1002); err != nil {
		t.Errorf("what was refused to the other one: got error %v, want nil", err)
	}
}
