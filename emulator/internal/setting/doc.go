// Package setting is the table of the points on which SePay's own pages
// disagree or are silent: each has a name, a default, its alternatives and the
// source. A company may override a setting.
//
// The package must not know the effect of a setting.
package setting
