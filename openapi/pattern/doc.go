// Package pattern compiles regular expressions when they are first used: a
// program that starts does not pay for those that it will not need.
package pattern
