package fault

import "context"

type lostKey struct{}

// LoseNotices returns a context whose work loses the notices that it causes.
func LoseNotices(ctx context.Context, hit *Hit) context.Context {
	return context.WithValue(ctx, lostKey{}, hit)
}

// LostBy returns the fault that loses the notices of the work under ctx; nil
// when they are not lost.
func LostBy(ctx context.Context) *Hit {
	hit, _ := ctx.Value(lostKey{}).(*Hit)
	return hit
}
