// Package surface defines a surface: one API of SePay, made of one route table
// from which the mux, the contract coverage and the fault targets derive.
//
// It owns [Surface], [Route] and [Exchange]. It must not know any single
// surface, nor what happens before a request reaches its handler.
package surface
