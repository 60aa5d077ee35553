// SPDX-License-Identifier: MIT

// Goroutines that sleep; see shape.h.
package main

import (
	"runtime"
	"sync"
	"time"
)

const tasks = 100

func main() {
	runtime.GOMAXPROCS(4)
	rounds := number("seconds", 5)
	t0, cpu0 := now(), cpu()
	var all sync.WaitGroup
	all.Add(tasks)
	for i := 0; i < tasks; i++ {
		go func() {
			for n := 0; n < rounds; n++ {
				time.Sleep(time.Second)
			}
			all.Done()
		}()
	}
	all.Wait()
	wall := now() - t0
	check(wall >= float64(rounds)*1e9, "woken too early")
	show("idle", (cpu()-cpu0)/wall*100, "%")
}
