// Package setting is the one table of the places where SePay's own pages
// disagree, or are silent: each has a name, a default, its alternatives and
// the source. A company may override a setting.
//
// The package must not know what a setting does; who reads it, does.
package setting
