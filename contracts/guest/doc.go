// Package guest stands for a user's own tests with Ginkgo: its specs show what a
// run of the contracts does in a process that has a suite already. It owns
// nothing else, and nobody imports it.
package guest
