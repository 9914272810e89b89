// Package contracts is the suite that holds a target, the emulator or SePay's
// real sandbox, to the OpenAPI documents and to the behaviour that integrators
// depend on. It knows a target by its addresses and credentials only and imports
// nothing of package emulator outside of its tests.
//
// The room is furnished with the documents' coverage for now: every operation
// that a surface's route table has is in its document, and the other way round.
package contracts
