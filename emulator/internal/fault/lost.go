package fault

import "context"

type lostKey struct{}

// LoseNotices marks the work under ctx: the notices that it causes are lost.
func LoseNotices(ctx context.Context, hit *Hit) context.Context {
	return context.WithValue(ctx, lostKey{}, hit)
}

// LostBy returns the fault that the notices of the work under ctx are lost by;
// nil: they are not lost.
func LostBy(ctx context.Context) *Hit {
	hit, _ := ctx.Value(lostKey{}).(*Hit)
	return hit
}
