// Package contracts checks a target, an emulator or SePay's real sandbox, against
// SePay's documentation: the OpenAPI documents of package openapi, and more than two
// hundred claims about behaviour, each a sentence with its source.
//
// Check a localsepay that runs:
//
//	target, err := contracts.Emulator(ctx, "http://127.0.0.1:8787")
//	if err != nil {
//		return err
//	}
//	run, err := contracts.Run(ctx, target, contracts.Options{Surfaces: []string{"userapi v2"}})
//	if err != nil {
//		return err
//	}
//	fmt.Println(run.Count(result.Failed), "claims failed")
//
// [Sandbox] makes a target of SePay's own sandbox, [Production] one of the real service
// that is only read. Package result has the states and reports, package drift compares
// what a target sent with the documents, and package twin has emulators that are wrong
// on purpose. "localsepay contract run" is the same from the command line.
//
// # Claims
//
// A claim is a Ginkgo spec with labels for surface, operation, evidence, and what it
// does and needs; [Options].Labels filters by them. Where SePay's pages disagree, the
// claim follows the setting of an emulator and takes either answer of the real
// service. An exchange that breaks its document fails the claim at an emulator, and is
// a row of the drift report at the real service.
//
// # The real service
//
// [Target.Guard] refuses production hosts and live credentials before anything is
// sent. Requests stay below the published rate ([SandboxRate]), orders carry a tag and
// are cancelled, and secrets are masked in reports.
//
// Ginkgo keeps one tree of specs in a process. Runs therefore wait for each other, and
// in a test package with Ginkgo specs of its own [Run] returns [ErrGinkgo].
//
// The package imports nothing of the emulator outside of its tests.
package contracts
