package twin

import "slices"

// All lists the twins, surface by surface.
func All() []Twin {
	return slices.Concat(userapiTwins(), noticeTwins(), gatewayTwins(), oauthTwins())
}

// Named returns the twin of that name; false when there is none.
func Named(name string) (Twin, bool) {
	all := All()
	i := slices.IndexFunc(all, func(t Twin) bool { return t.Name == name })
	if i < 0 {
		return Twin{}, false
	}
	return all[i], true
}
