package parallel

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Group runs functions at the same time, as [sync.WaitGroup] does, and hands a panic of one of them to who waits. The
// zero value is ready for use.
type Group struct {
	running  sync.WaitGroup
	mutex    sync.Mutex
	panicked *Panic
}

// Panic is what [Group.Wait] panics with where a function did.
type Panic struct {
	// Value is what the function panicked with.
	Value any
	// Stack is that of the function's goroutine.
	Stack []byte
}

// Error names the type of the value and does not repeat it: it may hold text of the input.
func (p *Panic) Error() string { return fmt.Sprintf("a goroutine panicked with a %T", p.Value) }

// Go calls do in a goroutine of its own.
func (g *Group) Go(do func()) {
	g.running.Go(func() {
		defer func() {
			if value := recover(); value != nil {
				g.keep(&Panic{Value: value, Stack: debug.Stack()})
			}
		}()
		do()
	})
}

func (g *Group) keep(p *Panic) {
	if inner, carried := p.Value.(*Panic); carried {
		p = inner
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.panicked == nil {
		g.panicked = p
	}
}

// Wait returns when all functions have. Where one of them panicked it panics with a [*Panic], the first there was.
func (g *Group) Wait() {
	g.running.Wait()
	if g.panicked != nil {
		panic(g.panicked)
	}
}
