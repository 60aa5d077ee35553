// SPDX-License-Identifier: MIT

// time.Sleep, and timers armed and stopped; the shape of the first is that of shape.h.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"time"
)

func sleepers(n int) {
	const shortest, longest = 1000000000, 3000000000
	late := make([]float64, n)
	for i := range late {
		late[i] = -1
	}
	waiting, woken := 0, 0
	cpu1 := 0.0
	state := uint64(1)
	gate, over := make(chan bool), make(chan bool)
	for i := 0; i < n; i++ {
		go func() {
			waiting++
			<-gate
			state = state*6364136223846793005 + 1442695040888963407
			ns := shortest + int64((state>>33)%(longest-shortest))
			begun := now()
			time.Sleep(time.Duration(ns))
			late[woken] = now() - begun - float64(ns)
			woken++
			if woken == n {
				cpu1 = cpu()
				close(over)
			}
		}()
	}
	for waiting < n {
		runtime.Gosched()
	}
	cpu0 := cpu()
	close(gate)
	<-over
	sort.Float64s(late)
	if late[0] < 0 {
		fmt.Printf("note a sleep ended %.1f us too early\n", -late[0]/1000)
	}
	show("cpu", (cpu1-cpu0)/float64(n), "ns")
	show("late", late[n*99/100]/1000, "us")
}

func cancel(ops int) {
	stopped := 0
	t0 := now()
	for i := 0; i < ops; i++ {
		if time.NewTimer(time.Second).Stop() {
			stopped++
		}
	}
	t1 := now()
	check(stopped == ops, "%d timers of %d stopped", stopped, ops)
	show("cancel", (t1-t0)/float64(ops), "ns")
}

func main() {
	if text("shape") == "cancel" {
		cancel(number("ops", 1000000))
	} else {
		sleepers(number("n", 100000))
	}
}
