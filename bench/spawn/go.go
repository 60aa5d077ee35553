// SPDX-License-Identifier: MIT

// Goroutines; the shapes are those of shape.h.
package main

import (
	"runtime"
	"sync"
)

const wave = 1000

var ran int

func reuse(ops int) {
	before := ran
	for i := 0; i < ops; i++ {
		go func() { ran++ }()
		for ran == before+i {
			runtime.Gosched()
		}
	}
}

func waves(ops int) {
	var all sync.WaitGroup
	for done := 0; done < ops; done += wave {
		all.Add(wave)
		for i := 0; i < wave; i++ {
			go func() {
				ran++
				all.Done()
			}()
		}
		all.Wait()
	}
}

func main() {
	shape := text("shape")
	ops := number("ops", 1000000) / wave * wave
	run := map[string]func(int){"reuse": reuse, "waves": waves}[shape]
	check(run != nil, "shape=reuse or shape=waves")
	run(wave) // warm: first pages, first stacks
	ran = 0
	t0 := now()
	run(ops)
	t1 := now()
	check(ran == ops, "%d tasks of %d ran", ran, ops)
	show(shape, (t1-t0)/float64(ops), "ns")
}
