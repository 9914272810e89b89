// Command weigh says what each module adds to the localsepay command, by building it
// without.
//
//	go run ./cmd/weigh                     # every module, in some minutes
//	go run ./cmd/weigh expr kin-openapi    # those whose path has one of the words
//
// Without a module means that its functions are empty: the program still compiles,
// cannot run, and the linker drops what only those functions used, in other modules and
// the standard library too. So the weights of two modules that share a third do not add
// up, and a module that reflection keeps alive weighs itself only. The copies are in a
// temporary folder; the module and its go.mod stay as they are.
package main
