// SPDX-License-Identifier: MIT

// Goroutines parked on a channel; the shape is that of shape.h.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func footprint() float64 {
	return status("VmRSS") + status("VmPTE")
}

func main() {
	n := number("n", 30000)
	before := footprint()
	alive, finished := 0, 0
	gate := make(chan bool)
	var all sync.WaitGroup
	all.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			alive++
			<-gate
			finished++
			all.Done()
		}()
	}
	for alive < n {
		runtime.Gosched()
	}
	after := footprint()
	close(gate)
	all.Wait()
	check(finished == n, "%d tasks of %d finished", finished, n)
	fmt.Printf("note %d alive\n", n)
	show("memory", (after-before)/float64(n), "B")
}
