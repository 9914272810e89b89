// Package contracts is the suite that holds a target, the emulator or SePay's
// real sandbox, to the OpenAPI documents and to the behaviour that integrators
// depend on. It knows a target by its addresses and credentials only and imports
// nothing of package emulator outside of its tests.
//
// [Run] holds a [Target] to the claims: one sentence each, a Ginkgo spec below
// the surface that it is about, labelled with operation, evidence, read or
// writes, and needs. Where SePay's pages disagree, a claim asks an emulator how
// it is set and holds it to that; of the real service it takes either. Every
// exchange of a claim is kept: against an emulator one that breaks its document
// fails the claim, against the real service it is a row of the drift report.
//
// [Result.Report] judges the exchanges; packages drift, result and report rank
// and render what was found. Package twin has emulators that are wrong in one
// way each, on which the suite is tried.
//
// The real service is treated with care: [Target.Guard] refuses production
// before anything is sent, requests keep below the published rate, orders carry
// a tag and are cancelled when their claim is over, and secrets are masked in
// everything that a run leaves behind.
//
// Ginkgo has one tree of specs in a process: runs wait for each other, and where
// somebody else's specs are, [Run] refuses with [ErrGinkgo].
package contracts
