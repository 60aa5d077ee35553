// SPDX-License-Identifier: MIT

// What common.h is for the C rows: named arguments, a checked end, one way to print a figure.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// text gives what stands after "name=" on the command line.
func text(name string) string {
	for _, arg := range os.Args[1:] {
		if strings.HasPrefix(arg, name+"=") {
			return arg[len(name)+1:]
		}
	}
	return ""
}

// number gives the number after "name=", or otherwise.
func number(name string, otherwise int) int {
	word := text(name)
	if word == "" {
		return otherwise
	}
	value, err := strconv.Atoi(word)
	check(err == nil && value > 0, "%s=%s: not a positive number", name, word)
	return value
}

// check ends the program without a figure unless ok.
func check(ok bool, format string, args ...interface{}) {
	if !ok {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
		os.Exit(1)
	}
}

func show(name string, value float64, unit string) {
	fmt.Printf("%s %.4f %s\n", name, value, unit)
}

var begin = time.Now()

// now is nanoseconds of wall time.
func now() float64 {
	return float64(time.Since(begin))
}

// cpu is nanoseconds of cpu time of the whole process, user and system.
func cpu() float64 {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	check(err == nil, "getrusage: %v", err)
	return float64(u.Utime.Nano() + u.Stime.Nano())
}

// status gives a field of /proc/self/status in bytes.
func status(field string) float64 {
	data, err := os.ReadFile("/proc/self/status")
	check(err == nil, "/proc/self/status: %v", err)
	for _, line := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(line, field+":") {
			kib, err := strconv.Atoi(strings.Fields(line)[1])
			check(err == nil, "%s", line)
			return float64(kib) * 1024
		}
	}
	check(false, "no %s in /proc/self/status", field)
	return 0
}

// job is work: so many steps of a generator, each of which needs the one before it.
//
//go:noinline
func job(steps int) uint64 {
	x := uint64(1)
	for i := 0; i < steps; i++ {
		x = x*6364136223846793005 + 1442695040888963407
	}
	return x
}
