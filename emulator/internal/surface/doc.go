// Package surface is what the packages below it share: a surface is one API of
// SePay as the outside sees it, made of one route table from which the mux,
// the contract coverage and the fault targets derive.
//
// It owns the words [Surface], [Route] and [Exchange]. It must not know any
// one surface, nor what happens before a request reaches its handler.
package surface
