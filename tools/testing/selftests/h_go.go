// SPDX-License-Identifier: GPL-2.0

// What Delve debugs in t_sessions.
package main

import "fmt"

var total int

func add(value int) int {
	total += value
	return total
}

func main() {
	done := make(chan int)
	go func() {
		done <- add(3)
	}()
	fmt.Println("the sum is", <-done)
}
