// SPDX-License-Identifier: MIT

// Skynet as it was first written, in Go; see report.h.
package main

const fanOut = 10

func skynet(parent chan int, first int, leaves int) {
	if leaves == 1 {
		parent <- first
		return
	}
	children := make(chan int)
	for i := 0; i < fanOut; i++ {
		go skynet(children, first+i*(leaves/fanOut), leaves/fanOut)
	}
	sum := 0
	for i := 0; i < fanOut; i++ {
		sum += <-children
	}
	parent <- sum
}

func main() {
	leaves := number("leaves", 1000000)
	t0 := now()
	top := make(chan int)
	go skynet(top, 0, leaves)
	sum := <-top
	t1 := now()
	check(sum == leaves*(leaves-1)/2, "the sum is %d", sum)
	show("wall", (t1-t0)/1e6, "ms")
	show("rss", status("VmHWM")/1e6, "MB")
}
