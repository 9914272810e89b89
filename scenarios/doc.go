// Package scenarios will run scripts of payments, YAML files with steps and
// expectations, against a target that it knows by its HTTP addresses only. The
// package is where the engine and its library belong; nothing is here yet.
package scenarios
